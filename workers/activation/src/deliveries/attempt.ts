import { type Attempt, type Delivery, type ErasedPerson, readAnswer } from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'
import { secretValues } from '../destinations/find-secrets.ts'
import type { Kind } from '../destinations/kind-of.ts'
import type { Env } from '../env.ts'
import { sendRequest } from './send-request.ts'

/** A token is asked for anew so long before its end. */
const tokenMarginMs = 60_000

/** The values of the secrets that the settings name, by the setting; or what is to be done about one that is missing or wrong. */
const secretsOf = (
  { id, settings }: Destination,
  kind: Kind,
  env: Env,
): { secrets: Record<string, string>; fault?: string } => {
  const secrets: Record<string, string> = {}
  for (const { setting, env: name, value, fault } of secretValues(kind, settings as never, env)) {
    const called = name ?? setting
    if (value === undefined)
      return { secrets, fault: `the secret ${called} of ${id} is not set: wrangler secret put ${called}` }
    if (fault !== null)
      return { secrets, fault: `the secret ${called} of ${id} ${fault}: wrangler secret put ${called}` }
    secrets[setting] = value
  }
  return { secrets }
}

/** What asking a destination to delete a person came to. */
export interface Deleted {
  /** `none`: it has no way to be asked */
  state: 'done' | 'none' | 'failed' | 'refused'
  reason?: string
}

/** Asks a destination to delete a person (SPEC CO7), where its kind knows how. */
export const askDeletion = async (
  env: Env,
  destination: Destination,
  kind: Kind | undefined,
  person: ErasedPerson,
): Promise<Deleted> => {
  if (!kind?.deletion) return { state: 'none', reason: `${destination.type} has no deletion that is asked for here` }
  const { secrets, fault } = secretsOf(destination, kind, env)
  if (fault !== undefined) return { state: 'failed', reason: fault }
  const request = kind.deletion(person, destination.settings as never, secrets, Date.now())
  if (!request) return { state: 'none', reason: 'its settings name no way to ask for a deletion' }
  const answer = await sendRequest(request, env)
  const attempt = 'outcome' in answer ? answer : readAnswer(answer, Date.now())
  if (attempt.outcome === 'delivered') return { state: 'done' }
  return { state: attempt.outcome === 'failed' ? 'failed' : 'refused', reason: attempt.reason }
}

/**
 * Makes one request for some deliveries of a destination, and says what came of each. A kind that needs a token has it kept here while
 * it is valid.
 */
export const createAttempts = (env: Env) => {
  let token: { value: string; until: number; of: string } | undefined

  const authorize = async (
    kind: Kind,
    settings: never,
    secrets: Record<string, string>,
  ): Promise<Attempt | undefined> => {
    if (!kind.authorize) return undefined
    const of = JSON.stringify([settings, secrets])
    if (!token || token.of !== of || token.until <= Date.now()) {
      const answer = await sendRequest(kind.authorize.request(settings, secrets), env)
      if ('outcome' in answer) return answer
      const authorized = kind.authorize.read(answer)
      if (!authorized.ok) return authorized.attempt
      token = { value: authorized.accessToken, until: Date.now() + authorized.validMs - tokenMarginMs, of }
    }
    secrets.accessToken = token.value
    return undefined
  }

  return async (
    destination: Destination,
    kind: Kind,
    deliveries: readonly [Delivery, ...Delivery[]],
  ): Promise<Attempt[]> => {
    const all = (attempt: Attempt): Attempt[] => deliveries.map(() => attempt)
    const settings = destination.settings as never
    const { secrets, fault } = secretsOf(destination, kind, env)
    // It waits for whoever mends it, a day long.
    if (fault !== undefined) return all({ outcome: 'failed', reason: fault })
    try {
      const refused = await authorize(kind, settings, secrets)
      if (refused) return all(refused)
      const request = await kind.request(deliveries, settings, secrets, Date.now())
      const answer = await sendRequest(request, env)
      if ('outcome' in answer) return all(answer)
      if (answer.status === 401) token = undefined
      const now = Date.now()
      return kind.read ? kind.read(answer, deliveries, now, settings) : all(readAnswer(answer, now))
    } catch (error) {
      // A kind that throws would do so again with the same delivery, and hold up its profile for a day.
      return all({ outcome: 'refused', reason: `the request could not be made: ${(error as Error).name}` })
    }
  }
}
