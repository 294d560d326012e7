import { waitUntil } from 'cloudflare:workers'
import { isOfSuppressed } from '@spartito/engine'
import type { EpochMs, Rejection } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { readSuppressions } from '../erasure/read-suppressions.ts'
import { within } from '../jurisdiction.ts'
import type { Parsed } from '../pipeline/parse.ts'
import { recentPrefix } from './recent-prefix.ts'

/** How often one isolate adds to a source's ring, and how much at a time. */
const [everyMs, maxEvents] = [1_000, 50]

const notKept: ReadonlySet<string> = new Set(['consent_denied', 'erased', 'suppressed'])

const pushedAt = new Map<string, EpochMs>()

export const recentEvents = (env: Pick<Env, 'RECENT' | 'JURISDICTION'>, source: string) =>
  within(env.RECENT, env.JURISDICTION).getByName(`${recentPrefix}${source}`)

/**
 * Keeps some of a request's events as they came, for dry runs, where the source asks for it. Nobody waits for it, and one isolate does it
 * once a second: it is a sample.
 *
 * @param rejected of them: what nobody consented to is not kept, and nothing of who was erased
 */
export const sample = (env: Env, came: Parsed, rejected: readonly Rejection[], source: Source, now: EpochMs): void => {
  if (source.sample === undefined || now - (pushedAt.get(source.id) ?? 0) < everyMs) return
  const refused = new Set(rejected.filter(({ code }) => notKept.has(code)).map(({ index }) => index))
  const events = came.events.filter(({ index }) => !refused.has(index)).slice(-maxEvents)
  if (events.length === 0) return
  pushedAt.set(source.id, now)
  const push = async (): Promise<void> => {
    try {
      const suppressed = await readSuppressions(env)
      const kept = suppressed.isEmpty ? events : events.filter(({ event }) => !isOfSuppressed(event, suppressed))
      const texts = kept.map(({ json }) => json)
      if (texts.length === 0) return
      await recentEvents(env, source.id).push(texts, source.sample!)
    } catch (error) {
      console.error(JSON.stringify({ at: 'sample', source: source.id, error: String(error) }))
    }
  }
  waitUntil(push())
}
