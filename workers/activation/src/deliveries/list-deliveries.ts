import type { DeliveryOutcome, Lanes, ListedDelivery, SettledState } from '@spartito/engine'
import type { DeliveryStore, Row } from './delivery-store.ts'
import type { Pending } from './pending.ts'

export type ListState = 'pending' | SettledState

/** A page of one object's deliveries, and the place after it. */
export interface Page {
  items: ListedDelivery[]
  /** null after the last one */
  next: string | null
}

/** Compared as text they are in the order of their numbers. */
const placeOf = (slot: number, id: string): string => `${String(slot).padStart(9, '0')} ${id}`

const readPlace = (after: string): { slot: number; id: string } => ({
  slot: Number(after.slice(0, 9)),
  id: after.slice(10),
})

const listedPending = (one: Pending): ListedDelivery => ({
  id: one.id.slice(2),
  kind: one.kind,
  profileId: one.profileId,
  audience: one.audience,
  state: 'pending',
  takenAt: one.takenAt,
  attempts: one.attempts,
  reason: one.reason,
  dueAt: one.dueAt,
})

const listedSettled = ({
  body,
  taken_at: takenAt,
  attempts,
}: Pick<Row, 'body' | 'taken_at' | 'attempts'>): ListedDelivery => {
  const { id, kind, profile_id: profileId, audience, state, reason } = JSON.parse(body) as DeliveryOutcome
  return { id, kind, profileId, audience, state, takenAt, attempts, reason, dueAt: null }
}

/** Those of one state, by their places. @param after empty for the first page */
export const listDeliveries = (
  store: DeliveryStore,
  lanes: Lanes<Pending>,
  state: ListState,
  after: string,
  limit: number,
): Page => {
  const pageOf = <T>(
    found: readonly T[],
    placeOfOne: (one: T) => string,
    listed: (one: T) => ListedDelivery,
  ): Page => ({
    items: found.slice(0, limit).map(listed),
    next: found.length > limit ? placeOfOne(found[limit - 1]!) : null,
  })
  if (state === 'pending') {
    const place = ({ slot, id }: Pending): string => placeOf(slot, id)
    const waiting = [...lanes.all()].filter((one) => place(one) > after)
    return pageOf(waiting.sort((a, b) => (place(a) < place(b) ? -1 : 1)).slice(0, limit + 1), place, listedPending)
  }
  if (state === 'parked')
    return pageOf(
      store.parked(after, limit + 1),
      ({ id }) => id,
      ({ listed }) => listed,
    )
  return pageOf(store.settled(state, readPlace(after), limit + 1), ({ slot, id }) => placeOf(slot, id), listedSettled)
}

/**
 * All deliveries of some profiles: those that wait, those that were settled within two weeks, and those that are parked however long. It
 * looks through all rows, since they lie by their time: asked for few, and seldom.
 */
export const deliveriesOfProfiles = (
  store: DeliveryStore,
  lanes: Lanes<Pending>,
  profileIds: readonly string[],
): ListedDelivery[] => {
  const wanted = new Set(profileIds)
  const waiting = [...lanes.all()].filter(({ profileId }) => wanted.has(profileId)).map(listedPending)
  const settled = profileIds.flatMap((id) => store.settledOf(id).map(listedSettled))
  const isSettled = ({ id, kind }: ListedDelivery): boolean => settled.some((one) => one.id === id && one.kind === kind)
  const parked = profileIds
    .flatMap((id) => store.parkedOf(id).map(({ listed }) => listed))
    .filter((one) => !isSettled(one))
  return [...waiting, ...settled, ...parked].sort((a, b) => a.takenAt - b.takenAt)
}
