import type { Identifier } from '@spartito/protocol'
import type { Env } from './env.ts'

/**
 * Asks the collector for the profile behind an identifier, with the token that the page must not see.
 *
 * @returns the collector's own answer; 502 when it cannot be reached
 */
export const readProfile = async ({ COLLECTOR, ADMIN_TOKEN }: Env, { type, value }: Identifier): Promise<Response> => {
  const url = `${COLLECTOR}/admin/profiles/${encodeURIComponent(type)}/${encodeURIComponent(value)}`
  try {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
    return new Response(answer.body, {
      status: answer.status,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    })
  } catch {
    // the reason is in the Worker's log; the page only needs to know that it can ask again
    return Response.json({ error: 'the collector cannot be reached' }, { status: 502 })
  }
}
