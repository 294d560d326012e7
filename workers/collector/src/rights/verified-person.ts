import { type EpochMs, ok, type Result, refuse } from '@spartito/protocol'
import type { CompiledWorkspace, Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { mayCarryCookies } from '../identity/credentials.ts'
import { verifyToken } from '../identity/verify-token.ts'
import { readCookie } from '../identity/visitor-cookie.ts'
import { type Failed, failed } from '../pipeline/failed.ts'

/** A request of a page for its person. */
export interface PersonAsk {
  request: Request
  env: Env
  workspace: CompiledWorkspace
  source: Source
  /** an identity token, as sent; what is none shows none */
  token: unknown
}

const isShown = (token: unknown): boolean => token !== undefined && token !== null && token !== ''

/**
 * The user whom the owner's server vouches for (SPEC ID11, RELIABILITY T28): by a token with the request, else by the cookie that an
 * earlier one has confirmed. A public key, an anonymousId and a claimed userId are nobody's word.
 *
 * @returns the userId, normalized
 */
export const verifiedPerson = async (
  { request, env, workspace, source, token }: PersonAsk,
  now: EpochMs,
): Promise<Result<string, Failed>> => {
  if (isShown(token)) {
    const verified = await verifyToken(token, source, workspace.plan, env, now)
    if (verified.ok) return ok(verified.value.userId)
    const message = `the token vouches for nobody (${verified.error}): send one that your server has just signed`
    return refuse(failed(403, 'unauthorized', message))
  }
  const person = mayCarryCookies(request, source) ? readCookie(request, env, source.id, now)?.person : undefined
  if (person) return ok(person.userId)
  return refuse(
    failed(403, 'unauthorized', 'nobody vouches for this visitor: send the token that your server has signed for them'),
  )
}
