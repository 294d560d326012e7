import { type EpochMs, type Event, isBlockedValue, normalizeIdentifier } from '@spartito/protocol'
import type { CompiledWorkspace, Source } from '@spartito/workspace'
import { isPrivate } from '../consent/in-region.ts'
import { mayStore } from '../consent/may-store.ts'
import type { Env } from '../env.ts'
import { mayCarryCookies } from './credentials.ts'
import { endCookie, formatCookie, readCookie, sameDevice, type VisitorToken } from './visitor-cookie.ts'
import type { Vouching } from './vouch.ts'

/** Who is signed in: by a token of this request, or by the cookie, as long as device and user are those that it was made for. */
const personOf = (
  event: Event,
  vouching: Vouching,
  shown: VisitorToken | undefined,
): VisitorToken['person'] | undefined => {
  const voucher = vouching.voucherOf(event)
  if (voucher) return { userId: voucher.userId, until: voucher.until }
  const person = shown?.person
  const isSame = sameDevice(shown?.anonymousId, event.anonymousId)
  return person && isSame && normalizeIdentifier('user_id', event.userId) === person.userId ? person : undefined
}

/**
 * The `Set-Cookie` of the answer to a request of a page: the body's anonymousId wins over the cookie's (DESIGN 5). None without
 * consent, and none for a page that may not carry cookies here; a denial ends the one that is there.
 *
 * @param event the last that was taken
 */
export const confirmVisitor = (
  request: Request,
  env: Env,
  source: Source,
  workspace: CompiledWorkspace,
  vouching: Vouching,
  event: Event | undefined,
  now: EpochMs,
): string | undefined => {
  if (source.kind !== 'browser' || !event || !mayCarryCookies(request, source)) return undefined
  const decision = mayStore(event, source, workspace, isPrivate(request, source))
  if (decision === 'denied') return endCookie(request, source.id)
  const anonymousId = normalizeIdentifier('anonymous_id', event.anonymousId)
  if (decision !== 'granted' || !anonymousId || isBlockedValue(anonymousId, workspace.plan.blocked)) return undefined
  // Only who is signed in can have been before: a signature that decides nothing is not computed.
  const shown =
    event.userId !== undefined && request.headers.has('cookie') ? readCookie(request, env, source.id, now) : undefined
  const person = personOf(event, vouching, shown)
  return formatCookie(request, env, source.id, { anonymousId, ...(person && { person }) })
}
