import { hourOf, type Tally } from '@spartito/engine'
import type { Answer, EpochMs } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { ulid } from 'ulid'
import type { Env } from '../env.ts'
import { tally } from '../stats/tally.ts'
import { type Failed, failed, rateLimited, unavailable } from './failed.ts'
import type { Routed } from './route.ts'

/** A budget that is over refuses the whole request: a client would drop an event that is refused by itself (SPEC WI7). */
const overBudget = {
  'new visitor':
    'your network brings more new visitors than the source takes in a minute: send the request again later, copies are recognized',
  rate: 'a visitor sends more events than the source takes in a minute: send the request again later, copies are recognized',
} as const

/** Counts what no queue will (accepted events are counted when the lake has them), then says what became of the request. */
export const answer = async (
  env: Env,
  routed: Routed,
  source: Source,
  isSingle: boolean,
  receivedAt: EpochMs,
): Promise<Answer | Failed> => {
  if (routed.failures.length > 0) {
    console.error(JSON.stringify({ at: 'collect', error: String(routed.failures[0]), count: routed.failures.length }))
    return unavailable('some events could not be stored now: send the request again, copies are recognized')
  }
  if (routed.limited) return rateLimited(overBudget[routed.limited.why], routed.limited.retryAfterMs)
  const counted = { source: source.id, hour: hourOf(receivedAt) }
  const tallies: Tally[] = [...Map.groupBy(routed.rejected, ({ code }) => code)].map(([code, { length }]) => ({
    ...counted,
    outcome: 'rejected',
    code,
    count: length,
  }))
  if (routed.duplicate > 0) tallies.push({ ...counted, outcome: 'duplicate', count: routed.duplicate })
  if (routed.badTokens > 0) tallies.push({ ...counted, outcome: 'bad_token', count: routed.badTokens })
  if (tallies.length > 0) await tally(env, ulid(), tallies)

  const [first] = routed.rejected
  if (isSingle && first) return failed(400, first.code, first.message)
  return {
    success: true,
    accepted: routed.accepted,
    duplicate: routed.duplicate,
    rejected: routed.rejected.sort((a, b) => a.index - b.index),
    profile: { audiences: routed.audiences },
  }
}
