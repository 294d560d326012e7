import {
  identifierSubject,
  inFlightMs,
  type PublishedSuppressions,
  profileSubject,
  suppressedKey,
} from '@spartito/engine'
import type { Env } from '../../env.ts'
import { within } from '../../jurisdiction.ts'
import type { ErasureStore } from '../erasure-store.ts'
import { keyedHash, keyFor } from '../privacy-secret.ts'
import type { RunStep, StepRun } from './step.ts'

/** How far the clocks of two machines of the network may be from each other. */
const clocksDifferMs = 1_000

/** What lists an identifier among the suppressions. */
export const suppressionHash = (secret: string, subject: string): string =>
  keyedHash(keyFor(secret, 'suppressions'), subject)

/**
 * Tells consumers of queues what to refuse. Its hashes are keyed by a key of their own: it goes with them, since they are there for days
 * alone. One at a time, each with what is suppressed when its turn comes: a list that is stored late would take back a newer one.
 *
 * @returns a function that resolves when all that was suppressed at its call is published. @throws what KV throws
 */
export const createPublisher = (env: Env, store: ErasureStore) => {
  const publish = async (secret: string): Promise<void> => {
    const key = keyFor(secret, 'in flight')
    const until: PublishedSuppressions['until'] = {}
    for (const { inFlight, mode, at } of store.suppressedSince(Date.now() - inFlightMs))
      until[inFlight] = mode === 'suppress' || until[inFlight] === null ? null : Math.max(at, until[inFlight] ?? 0)
    await env.CONFIG.put(suppressedKey, JSON.stringify({ key, until } satisfies PublishedSuppressions))
  }
  let last: Promise<unknown> = Promise.resolve()
  let next: Promise<void> | undefined
  return (secret: string): Promise<void> => {
    next ??= last.then(() => {
      next = undefined
      return publish(secret)
    })
    last = next.catch(() => undefined)
    return next
  }
}

/**
 * Keeps whom it is about by keyed hashes, and has consumers of queues refuse what is in flight. What was received within the difference of two
 * machines' clocks after the objects were closed came before that, since they have taken nothing since.
 */
export const suppress: RunStep = async (run) => {
  const { env, store, secret, erasure, now } = run
  const { id, mode } = erasure
  const at = erasure.until! + clocksDifferMs
  if (now < at) return { isDone: false, waitsFor: 'the clocks of other machines', againMs: at - now }
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
  await run.publish(secret)
  return { isDone: true, counts: { identifiers: objects.length }, keep: { publishedAt: Date.now(), until: at } }
}

/** Whether the list that is read here has what an erasure suppresses. */
const isPublished = async ({ env, store, erasure }: StepRun): Promise<boolean> => {
  const published = await env.CONFIG.get<PublishedSuppressions>(suppressedKey, 'json')
  return store.ofErasure(erasure.id).every(({ inFlight }) => published !== null && inFlight in published.until)
}

/** Waits until every isolate has read that, and is done with what it had taken before. */
export const settle: RunStep = async (run) => {
  const { env, erasure, secret, now } = run
  const knownAfterMs = 2 * Number(env.WORKSPACE_MAX_AGE_MS) + Number(env.KV_PROPAGATION_MS)
  const waitsFor = 'all isolates to know of the suppression'
  const leftMs = erasure.publishedAt! + knownAfterMs - now
  if (leftMs > 0) return { isDone: false, waitsFor, againMs: leftMs }
  // After an outage of weeks it is published no more, and no queue has anything of before.
  if (now - erasure.until! > inFlightMs || (await isPublished(run))) return { isDone: true }
  // What an instance before this one had begun to store came after it, and took it back.
  await run.publish(secret)
  return { isDone: false, waitsFor, againMs: knownAfterMs, keep: { publishedAt: Date.now() } }
}
