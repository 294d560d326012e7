import type { Plan, Vouched } from '@spartito/engine'
import { type EpochMs, type Event, normalizeIdentifier, type Result, refuse, type TokenFault } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import type { Body } from '../pipeline/decode.ts'
import type { Parsed } from '../pipeline/parse.ts'
import { type Voucher, verifyToken } from './verify-token.ts'

/** What a request's tokens vouch for. Nothing of a token goes on from here but this. */
export interface Vouching {
  /** what is vouched for of an event: by its userId, so a token for one person says nothing of another's event */
  of(event: Event): Vouched
  /** the token of the event's user, when a good one was shown */
  voucherOf(event: Event): Voucher | undefined
  /** why an event's token vouches for nobody, by its place */
  faults: ReadonlyMap<number, TokenFault>
}

/** A page shows one token, seldom two: each costs a signature to verify, so a request cannot ask for thousands. */
const maxTokens = 20

const userIdOf = ({ userId }: Event): string | undefined => normalizeIdentifier('user_id', userId)

const isShown = (token: unknown): boolean => token !== undefined && token !== null && token !== ''

/**
 * Verifies the tokens of a request: an event's own, else the batch's (SPEC ID11). A good token counts for every event of its user; a bad
 * one leaves its events claimed. A source with a secret key vouches for all that it sends, and its tokens are not looked at.
 */
export const vouch = async (
  { token: ofBatch, tokens }: Body,
  parsed: Parsed,
  source: Source,
  plan: Plan,
  env: Env,
  now: EpochMs,
): Promise<Vouching> => {
  const faults = new Map<number, TokenFault>()
  if (source.kind === 'server') return { of: () => 'all', voucherOf: () => undefined, faults }

  const verified = new Map<unknown, Result<Voucher, TokenFault>>()
  const verify = async (token: unknown): Promise<Result<Voucher, TokenFault>> => {
    const known = verified.get(token)
    if (known) return known
    if (verified.size >= maxTokens) return refuse('too_many')
    const result = await verifyToken(token, source, plan, env, now)
    verified.set(token, result)
    return result
  }

  const vouchers = new Map<string, Voucher>()
  const shownBy = new Map<number, Result<Voucher, TokenFault>>()
  for (const { index, event } of parsed.events) {
    const own = tokens?.[index]
    // A batch's token says who is signed in; what was done before has no userId, and is none of its business.
    if (!isShown(own) && (!isShown(ofBatch) || event.userId === undefined)) continue
    const result = await verify(isShown(own) ? own : ofBatch)
    shownBy.set(index, result)
    if (!result.ok) continue
    const { userId, identifiers, until } = result.value
    const known = vouchers.get(userId)
    vouchers.set(userId, {
      userId,
      identifiers: [...(known?.identifiers ?? []), ...identifiers],
      until: Math.max(until, known?.until ?? 0),
    })
  }

  const voucherOf = (event: Event): Voucher | undefined => vouchers.get(userIdOf(event) ?? '')
  for (const { index, event } of parsed.events) {
    const result = shownBy.get(index)
    if (!result || voucherOf(event)) continue
    faults.set(index, result.ok ? 'wrong_sub' : result.error)
  }
  return { of: (event) => voucherOf(event)?.identifiers ?? [], voucherOf, faults }
}
