import { waitUntil } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { noteListening } from './listening.ts'
import type { LiveItem } from './live-filter.ts'

/** A request shows so many of its events at most; the rest is counted. */
const maxItems = 200
/** Calls that an isolate has under way to the object of the live tail; what comes while there are more is counted. */
const maxCalls = 8

let calls = 0
let dropped = 0

export const liveObject = (env: Pick<Env, 'LIVE' | 'JURISDICTION'>) =>
  within(env.LIVE, env.JURISDICTION).getByName('live')

const send = async (env: Env, items: readonly LiveItem[]): Promise<void> => {
  const told = dropped
  dropped = 0
  calls++
  try {
    // Nobody is there any more: this isolate stops before it hears of it.
    if (!(await liveObject(env).show(items, told))) noteListening(0)
  } catch {
    // Overloaded, or it moves: what it missed is told with the next.
    dropped += told + items.length
  } finally {
    calls--
  }
}

/** Shows what became of a request to who listens, after the answer: nobody waits for it, and what is too much is dropped and counted. */
export const show = (env: Env, items: readonly LiveItem[]): void => {
  if (calls >= maxCalls) {
    dropped += items.length
    return
  }
  dropped += Math.max(0, items.length - maxItems)
  waitUntil(send(env, items.slice(0, maxItems)))
}
