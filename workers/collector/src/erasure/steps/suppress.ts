import {
  identifierSubject,
  inFlightMs,
  type PublishedSuppressions,
  profileSubject,
  suppressedKey,
} from '@spartito/engine'
import { within } from '../../jurisdiction.ts'
import { keyedHash, keyFor } from '../privacy-secret.ts'
import type { RunStep, StepRun } from './step.ts'

/** What lists an identifier among the suppressions. */
export const suppressionHash = (secret: string, subject: string): string =>
  keyedHash(keyFor(secret, 'suppressions'), subject)

/** Tells consumers of queues what to refuse. Its hashes are keyed by a key of their own: it goes with them, since they are there for days alone. */
export const publishSuppressions = async ({
  env,
  store,
  secret,
  now,
}: Pick<StepRun, 'env' | 'store' | 'secret' | 'now'>): Promise<void> => {
  const key = keyFor(secret, 'in flight')
  const until: PublishedSuppressions['until'] = {}
  for (const { inFlight, mode, at } of store.suppressedSince(now - inFlightMs))
    until[inFlight] = mode === 'suppress' || until[inFlight] === null ? null : Math.max(at, until[inFlight] ?? 0)
  await env.CONFIG.put(suppressedKey, JSON.stringify({ key, until } satisfies PublishedSuppressions))
}

/** Keeps whom it is about by keyed hashes, and has consumers of queues refuse what is in flight. */
export const suppress: RunStep = async (run) => {
  const { env, store, secret, erasure } = run
  const { id, mode } = erasure
  const at = erasure.until!
  const key = keyFor(secret, 'in flight')
  const of = (subject: string, object: string | null) => {
    const hashes = { hash: suppressionHash(secret, subject), inFlight: keyedHash(key, subject) }
    return { ...hashes, mode, at, erasureId: id, object }
  }
  const namespace = within(env.VISITOR, env.JURISDICTION)
  const { objects } = run.person()
  store.transaction(() => {
    store.suppress(
      objects.flatMap(({ self, visitor, profileId }) => [
        of(identifierSubject(self), namespace.idFromName(visitor).toString()),
        of(profileSubject(profileId), null),
      ]),
    )
  })
  await publishSuppressions(run)
  return { isDone: true, counts: { identifiers: objects.length }, keep: { publishedAt: Date.now() } }
}

/** Waits until every isolate has read that, and is done with what it had taken before. */
export const settle: RunStep = async ({ env, erasure, now }) => {
  const knownAfterMs = 2 * Number(env.WORKSPACE_MAX_AGE_MS) + Number(env.KV_PROPAGATION_MS)
  const leftMs = erasure.publishedAt! + knownAfterMs - now
  if (leftMs <= 0) return { isDone: true }
  return { isDone: false, waitsFor: 'all isolates to know of the suppression', againMs: leftMs }
}
