import { hourOf, type Tally } from '@spartito/engine'
import type { Answer, EpochMs, Rejection } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { ulid } from 'ulid'
import type { Env } from '../env.ts'
import { tally } from '../stats/tally.ts'
import { type Failed, failed, rateLimited, unavailable } from './failed.ts'
import type { Held } from './hold.ts'
import type { Routed } from './route.ts'

/** A budget that is over refuses the whole request: a client would drop an event that is refused by itself (SPEC WI7). */
const overBudget = {
  'new visitor':
    'your network brings more new visitors than the source takes in a minute: send the request again later, copies are recognized',
  rate: 'a visitor sends more events than the source takes in a minute: send the request again later, copies are recognized',
} as const

const talliesOf = (
  { duplicates, badTokens }: Routed,
  rejected: readonly Rejection[],
  source: Source,
  receivedAt: EpochMs,
): Tally[] => {
  // Nearly always.
  if (rejected.length + duplicates.length + badTokens === 0) return []
  const counted = { source: source.id, hour: hourOf(receivedAt) }
  const tallies: Tally[] = [...Map.groupBy(rejected, ({ code }) => code)].map(([code, { length }]) => ({
    ...counted,
    outcome: code === 'suppressed' || code === 'erased' ? 'suppressed' : 'rejected',
    code,
    count: length,
  }))
  for (const [id, { length }] of Map.groupBy(duplicates, ({ event }) => event.source))
    tallies.push({ ...counted, source: id, outcome: 'duplicate', count: length })
  if (badTokens > 0) tallies.push({ ...counted, outcome: 'bad_token', count: badTokens })
  return tallies
}

/**
 * Counts what no queue will (what the lake has is counted there, quarantined events where they are), then says what became of the request.
 */
export const answer = async (
  env: Env,
  routed: Routed,
  held: Held,
  source: Source,
  isSingle: boolean,
  receivedAt: EpochMs,
): Promise<Answer | Failed> => {
  const failures = held.failure === undefined ? routed.failures : [...routed.failures, held.failure]
  if (failures.length > 0) {
    console.error(JSON.stringify({ at: 'collect', error: String(failures[0]), count: failures.length }))
    return unavailable('some events could not be stored now: send the request again, copies are recognized')
  }
  if (routed.limited) return rateLimited(overBudget[routed.limited.why], routed.limited.retryAfterMs)
  const rejected = [...routed.rejected, ...held.rejected]
  const tallies = talliesOf(routed, rejected, source, receivedAt)
  if (tallies.length > 0) await tally(env, ulid(), tallies)

  const [first] = rejected
  if (isSingle && first) return failed(400, first.code, first.message)
  return {
    success: true,
    accepted: routed.accepted,
    duplicate: routed.duplicates.length,
    quarantined: held.quarantined,
    rejected: [...rejected, ...routed.keptOut].sort((a, b) => a.index - b.index),
    profile: { audiences: routed.audiences },
  }
}
