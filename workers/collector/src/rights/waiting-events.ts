import type { HeldEvent } from '@spartito/privacy'
import type { Identifier, Json } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { findHeld } from '../quarantine/find-held.ts'
import type { HeldAt } from '../quarantine/held-request.ts'

/** More are not shown: an export is read whole, and these are in the lake too. */
const maxWaiting = 1_000
const pageSize = 500

/**
 * The events in the quarantine that came with one of these ids: they have no profile yet. One with a userId is that user's alone,
 * whatever device it came from.
 */
export const waitingEventsOf = async (env: Env, about: readonly Identifier[]): Promise<HeldEvent[]> => {
  const waiting: HeldEvent[] = []
  let start: HeldAt | undefined = { shard: 0, row: 0, place: 0 }
  while (start && waiting.length < maxWaiting) {
    const { shards, next } = await findHeld(env, { filter: { about }, start, limit: pageSize }, false)
    for (const { found } of shards)
      for (const { source, receivedAt, entry } of found)
        waiting.push({ source, receivedAt, code: entry.code, event: JSON.parse(entry.body ?? entry.json) as Json })
    start = next
  }
  return waiting.slice(0, maxWaiting)
}
