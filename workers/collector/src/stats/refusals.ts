import { waitUntil } from 'cloudflare:workers'
import { hourOf, type Tally } from '@spartito/engine'
import type { EpochMs, Failure } from '@spartito/protocol'
import { ulid } from 'ulid'
import type { Env } from '../env.ts'
import { tally } from './tally.ts'

/** How long refusals wait to be written together: what an isolate that ends takes with it is at most so old. */
const waitMs = 5_000
/** The platform gives a request's work after its answer 30 s: what has not ended by then was cut off. */
const cutOffMs = 30_000

const counts = new Map<string, Tally>()
let writingSince: EpochMs = 0

/** A few keys for each known source: whoever sends nonsense cannot add any. */
const add = (its: Tally): void => {
  const key = `${its.hour} ${its.source} ${its.code}`
  const known = counts.get(key)
  counts.set(key, known ? { ...known, count: known.count + its.count } : its)
}

const write = async (env: Env): Promise<void> => {
  await scheduler.wait(waitMs)
  const taken = [...counts.values()]
  counts.clear()
  writingSince = 0
  try {
    await tally(env, ulid(), taken)
  } catch (error) {
    for (const its of taken) add(its)
    console.error(JSON.stringify({ at: 'stats.refusals', error: String(error) }))
  }
}

/**
 * Counts a request that was refused as a whole, by code (SPEC WI6). Nobody waits for it, and an attacker buys no writes with bad requests:
 * an isolate writes what it has counted together, at most once in five seconds.
 *
 * @param source the id of the one that its key names; undefined when it names none
 */
export const countRefusal = (env: Env, source: string | undefined, code: Failure['code']): void => {
  const now = Date.now()
  add({ source: source ?? '', hour: hourOf(now), outcome: 'refused_request', code, count: 1 })
  if (now - writingSince < cutOffMs) return
  writingSince = now
  waitUntil(write(env))
}
