import type { TakenDelivery, Waiting } from '@spartito/engine'

/** A delivery that waits, without its body. */
export interface Pending extends Waiting {
  /** where its row is */
  slot: number
  kind: 'change' | 'event'
  profileId: string
  audience: string | null
  /** why the last attempt failed */
  reason: string | null
  status: number | null
  /** it shares no request: one with others was refused as a whole */
  isAlone?: boolean
}

/** What was taken, with its body. */
export interface Taken {
  pending: Pending
  item: TakenDelivery
}

const slotMs = 300_000
/** How long it is known what was settled: a copy that comes later is delivered again, under its id. */
export const rememberMs = 14 * 86_400_000

/** Where a row of this instant is: 5 minutes each. */
export const slotOf = (at: number): number => Math.floor(at / slotMs)

/** When it was first sent: the same of each copy, so that a copy is found where the first one is. */
export const sentAt = ({ delivery }: TakenDelivery): number =>
  delivery.kind === 'change' ? delivery.change.emittedAt : delivery.event.receivedAt

/** Changes and events may have the same id. */
export const keyOf = (kind: 'change' | 'event', id: string): string => `${kind[0]}:${id}`

export const pendingOf = (item: TakenDelivery, now: number): Pending => {
  const { delivery } = item
  const { kind, id, profileId } = delivery
  const at = sentAt(item)
  return {
    id: keyOf(kind, id),
    lane: `${kind} ${profileId === '' ? id : profileId}`,
    order: kind === 'change' ? delivery.change.seq : at,
    takenAt: now,
    dueAt: now,
    attempts: 0,
    // What is older than what is remembered would be forgotten with its row while it waits.
    slot: slotOf(at > now - rememberMs && at <= now ? at : now),
    kind,
    profileId,
    audience: kind === 'change' ? delivery.change.audience : null,
    reason: null,
    status: null,
  }
}
