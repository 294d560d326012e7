import {
  type Attempt,
  type DestinationAnswer,
  type DestinationRequest,
  type ErasedPerson,
  readAnswer,
} from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'
import { secretsOf } from '../destinations/find-secrets.ts'
import { kindOf } from '../destinations/kind-of.ts'
import type { Env } from '../env.ts'
import { createAuthorizer } from './authorize.ts'
import { sendRequest } from './send-request.ts'

/** An erasure makes no more requests of a destination; hardly anybody has so many identifiers. */
const maxRequests = 100
/** No further one begins later than that, since other destinations and erasures wait. */
const maxAskMs = 120_000
/** A request is made so often while its answers say how soon it may come again. */
const maxTries = 3

/** What asking a destination to delete a person came to, in words that name nobody. */
export interface Deleted {
  /** `done`: it has taken all that was asked; `none`: nothing was asked; `failed`: worth another try */
  state: 'done' | 'none' | 'failed' | 'refused'
  reason?: string
}

/** @returns asks a destination to delete a person (SPEC CO7), where its kind and its settings know how; a token is kept for the next */
export const createDeletions = (env: Env, kindFor: typeof kindOf = kindOf) => {
  const { authorize, forget } = createAuthorizer(env)

  const make = async (request: DestinationRequest, read: (answer: DestinationAnswer) => Attempt): Promise<Attempt> => {
    const answer = await sendRequest(request, env)
    if ('outcome' in answer) return answer
    if (answer.status === 401) forget()
    return read(answer)
  }

  /** Makes it again where its answer says that a little later it will be taken: some APIs take few in a second. */
  const makePatiently = async (...made: Parameters<typeof make>): Promise<Attempt> => {
    let attempt = await make(...made)
    for (let tries = 1; tries < maxTries && attempt.outcome === 'failed'; tries++) {
      const { retryAfterMs } = attempt
      if (retryAfterMs === undefined || retryAfterMs * maxTries > maxAskMs) break
      await scheduler.wait(retryAfterMs)
      attempt = await make(...made)
    }
    return attempt
  }

  /** One after the other: what fails ends it, to come again as a whole; what is refused does not keep the others from being asked. */
  const makeAll = async (
    requests: readonly DestinationRequest[],
    pauseMs: number,
    read: (answer: DestinationAnswer) => Attempt,
  ): Promise<Deleted> => {
    const until = Date.now() + maxAskMs
    let refused: Deleted | undefined
    for (const [n, request] of requests.entries()) {
      if (n > 0) {
        if (Date.now() + pauseMs >= until)
          return {
            state: 'failed',
            reason: `${n} of ${requests.length} requests were made within ${maxAskMs / 1_000} s`,
          }
        if (pauseMs > 0) await scheduler.wait(pauseMs)
      }
      const attempt = await makePatiently(request, read)
      if (attempt.outcome === 'delivered') continue
      const { outcome, reason } = attempt
      const which = requests.length === 1 ? '' : ` (request ${n + 1} of ${requests.length})`
      if (outcome === 'failed') return { state: 'failed', reason: reason + which }
      refused ??= { state: 'refused', reason: reason + which }
    }
    return refused ?? { state: 'done' }
  }

  return async (destination: Destination, person: ErasedPerson): Promise<Deleted> => {
    const kind = kindFor(destination)
    const deletion = kind?.deletion
    if (!deletion) return { state: 'none', reason: `${destination.type} has no deletion that is asked for here` }
    const settings = destination.settings as never
    const skipped = deletion.skip?.(person, settings)
    if (skipped !== undefined) return { state: 'none', reason: skipped }
    const paths = deletion.secretNames?.(settings) ?? kind.secretNames(settings)
    const { secrets, fault } = secretsOf(destination, kind, env, paths)
    if (fault !== undefined) return { state: 'failed', reason: fault }
    try {
      const unauthorized = await authorize(deletion.authorize, settings, secrets)
      if (unauthorized && unauthorized.outcome !== 'delivered')
        return { state: unauthorized.outcome === 'failed' ? 'failed' : 'refused', reason: unauthorized.reason }
      const requests = deletion.requests(person, settings, secrets, Date.now())
      if (requests.length > maxRequests)
        return {
          state: 'none',
          reason: `it would take ${requests.length} requests, and ${maxRequests} are made at most: delete the person there by hand`,
        }
      const { maxPerSecond } = destination
      return await makeAll(requests, maxPerSecond === undefined ? 0 : 1_000 / maxPerSecond, (answer) =>
        deletion.read ? deletion.read(answer, settings, Date.now()) : readAnswer(answer, Date.now()),
      )
    } catch (error) {
      // A kind that throws would do so again with the same person.
      return { state: 'refused', reason: `the requests could not be made: ${(error as Error).name}` }
    }
  }
}
