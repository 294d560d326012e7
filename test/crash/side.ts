import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from '@spartito/protocol'
import { basic } from '../support/keys.ts'

/** Large enough that a thousand of them take several pages of a move. */
const padding = 'x'.repeat(850)
const everyMs = 60
const maxOpen = 4
const withinMs = 60_000

export interface Shown {
  userId?: string
  anonymousId?: string
  email?: string
}

export interface SideOptions {
  collector: string
  writeKey: string
  /** the name of all its events */
  event: string
  /** in their messageIds */
  id: string
  /** what its events show: ids, and properties */
  shows: Shown
}

/** One event as it was sent: the same again when nobody has answered it. */
export interface SentEvent {
  messageId: string
  /** epoch ms, another for each event of a side */
  at: number
}

/** Sends events of one identifier, and knows which of them have been acknowledged. */
export interface Side {
  /** all that were ever sent */
  sent: readonly SentEvent[]
  acknowledged: ReadonlySet<string>
  /** sends so many at once in several requests, some time ago by their own clock. @throws unless all are acknowledged */
  seed(events: number): Promise<void>
  /** sends one event after the other, whether or not the one before has been answered, until `stop` or until four have no answer */
  goOn(): Promise<void>
  /** begins no other */
  stop(): void
  /** sends again what nobody has acknowledged. @throws unless all are then */
  again(): Promise<void>
}

/** A request fills one block of the ledger, and a page holds the blocks until they are 256 KB: three of these. */
const seedBatch = 100

export const createSide = ({ collector, writeKey, event, id, shows }: SideOptions): Side => {
  const { email, ...ids } = shows
  const sent: SentEvent[] = []
  const acknowledged = new Set<string>()
  let isStopped = false
  let open = 0
  let newest: number | undefined

  const make = (notBefore = 0): SentEvent => {
    const next = newest === undefined ? Date.now() - 60_000 : newest + 1
    newest = Math.max(next, notBefore)
    const made = { messageId: `${id}-${sent.length}`, at: newest }
    sent.push(made)
    return made
  }

  /** @throws when the answer dies with the runtime, and unless each is accepted or known */
  const post = async (events: readonly SentEvent[]): Promise<void> => {
    const batch = events.map(({ messageId, at }) => ({
      type: 'track',
      event,
      messageId,
      ...ids,
      timestamp: new Date(at).toISOString(),
      properties: { ...(email !== undefined && { email }), padding },
    }))
    const response = await fetch(`${collector}/v1/batch`, {
      method: 'POST',
      headers: { authorization: basic(writeKey) },
      body: JSON.stringify({ batch }),
      signal: AbortSignal.timeout(withinMs),
    })
    const { accepted, duplicate } = (await response.json()) as Answer
    if (accepted + duplicate !== events.length) throw new Error(`${id}: ${response.status}, ${accepted}, ${duplicate}`)
    for (const { messageId } of events) acknowledged.add(messageId)
  }

  const unacknowledged = (): SentEvent[] => sent.filter(({ messageId }) => !acknowledged.has(messageId))

  return {
    sent,
    acknowledged,
    async seed(events) {
      for (let left = events; left > 0; left -= seedBatch)
        await post(Array.from({ length: Math.min(left, seedBatch) }, () => make()))
    },
    async goOn() {
      isStopped = false
      open = 0
      for (; !isStopped; await wait(everyMs)) {
        if (open >= maxOpen) continue
        open++
        // What has no answer is sent again in the end.
        post([make(Date.now())]).then(
          () => open--,
          () => undefined,
        )
      }
    },
    stop() {
      isStopped = true
    },
    async again() {
      const events = unacknowledged()
      if (events.length > 0) await post(events)
    },
  }
}
