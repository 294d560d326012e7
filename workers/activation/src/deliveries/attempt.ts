import { type Attempt, type Delivery, readAnswer } from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'
import { secretsOf } from '../destinations/find-secrets.ts'
import type { Kind } from '../destinations/kind-of.ts'
import type { Env } from '../env.ts'
import { createAuthorizer } from './authorize.ts'
import { sendRequest } from './send-request.ts'

/**
 * Makes one request for some deliveries of a destination, and says what came of each. A kind that needs a token has it kept here while
 * it is valid.
 */
export const createAttempts = (env: Env) => {
  const { authorize, forget } = createAuthorizer(env)

  return async (
    destination: Destination,
    kind: Kind,
    deliveries: readonly [Delivery, ...Delivery[]],
  ): Promise<Attempt[]> => {
    const all = (attempt: Attempt): Attempt[] => deliveries.map(() => attempt)
    const settings = destination.settings as never
    const { secrets, fault } = secretsOf(destination, kind, env, kind.secretNames(settings))
    // It waits for whoever mends it, a day long.
    if (fault !== undefined) return all({ outcome: 'failed', reason: fault })
    try {
      const refused = await authorize(kind.authorize, settings, secrets)
      if (refused) return all(refused)
      const request = await kind.request(deliveries, settings, secrets, Date.now())
      const answer = await sendRequest(request, env)
      if ('outcome' in answer) return all(answer)
      if (answer.status === 401) forget()
      const now = Date.now()
      return kind.read ? kind.read(answer, deliveries, now, settings) : all(readAnswer(answer, now))
    } catch (error) {
      // A kind that throws would do so again with the same delivery, and hold up its profile for a day.
      return all({ outcome: 'refused', reason: `the request could not be made: ${(error as Error).name}` })
    }
  }
}
