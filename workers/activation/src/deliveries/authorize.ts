import type { Attempt, Authorization } from '@spartito/destinations'
import type { Env } from '../env.ts'
import { sendRequest } from './send-request.ts'

/** A token is asked for anew so long before its end. */
const tokenMarginMs = 60_000

/** Comes by access tokens, and keeps the last one while it is valid. */
export const createAuthorizer = (env: Env) => {
  let token: { value: string; until: number; of: string } | undefined

  return {
    /**
     * Adds the `accessToken` to the secrets, where one is needed.
     *
     * @returns why there is none; undefined when all is well
     */
    async authorize(
      authorization: Authorization<never> | undefined,
      settings: never,
      secrets: Record<string, string>,
    ): Promise<Attempt | undefined> {
      if (!authorization) return undefined
      const of = JSON.stringify([settings, secrets])
      if (!token || token.of !== of || token.until <= Date.now()) {
        const answer = await sendRequest(authorization.request(settings, secrets), env)
        if ('outcome' in answer) return answer
        const authorized = authorization.read(answer)
        if (!authorized.ok) return authorized.attempt
        token = { value: authorized.accessToken, until: Date.now() + authorized.validMs - tokenMarginMs, of }
      }
      secrets.accessToken = token.value
      return undefined
    },
    /** An answer said that the token is no good: the next one is asked for. */
    forget(): void {
      token = undefined
    },
  }
}
