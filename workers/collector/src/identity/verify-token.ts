import type { Plan } from '@spartito/engine'
import {
  type EpochMs,
  type Identifier,
  isBlockedValue,
  normalizeIdentifier,
  ok,
  type Result,
  refuse,
  type TokenFault,
} from '@spartito/protocol'
import type { IdentityKey, Source } from '@spartito/workspace'
import { errors, importJWK, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose'
import type { Env } from '../env.ts'
import { secretBytes } from './worker-secret.ts'

/** What a good token says (SPEC ID11). */
export interface Voucher {
  /** the user first, then the id of before and the contacts that the token itself names */
  identifiers: readonly Identifier[]
  /** the user's id, normalized */
  userId: string
  until: EpochMs
}

/** The longest that a token may have to live, in s. */
const maxLifeSeconds = 24 * 3_600
/** How far the clocks of the owner's server and the collector may be apart, in s. */
const toleranceSeconds = 60
/** in UTF-16 units */
const maxTokenLength = 4_096

/** Ends the choice of a key; caught in `verifyToken` alone. */
class NoKey extends Error {
  fault: TokenFault
  constructor(fault: TokenFault) {
    super(fault)
    this.fault = fault
  }
}

const imported = new WeakMap<IdentityKey, Promise<CryptoKey | Uint8Array>>()

/** Imported once for each version of the workspace. */
const publicKeyOf = (key: IdentityKey & { alg: 'ES256' }): Promise<CryptoKey | Uint8Array> => {
  const { kty, crv, x, y } = key.publicKey
  const known = imported.get(key) ?? importJWK({ kty, crv, x, y }, 'ES256')
  imported.set(key, known)
  return known
}

/** The key that a header names: its own `alg` decides how it is used, so that a public key never serves as a secret. */
const keyOf = async ({ kid, alg }: JWTHeaderParameters, keys: readonly IdentityKey[], env: Env) => {
  const key = keys.find((candidate) => candidate.kid === kid)
  if (!key) throw new NoKey('unknown_kid')
  if (key.alg !== alg) throw new NoKey('wrong_alg')
  if (key.alg === 'ES256') return publicKeyOf(key).catch(() => Promise.reject(new NoKey('unusable_key')))
  const secret = secretBytes(key.secret, env)
  if (!secret) throw new NoKey('unusable_key')
  return secret
}

const faultOf = (error: unknown): TokenFault => {
  if (error instanceof NoKey) return error.fault
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason !== 'check_failed') return 'malformed'
    return error.claim === 'aud' ? 'wrong_aud' : error.claim === 'nbf' ? 'not_yet' : 'malformed'
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong_alg'
  return 'malformed'
}

/** Contacts and own persons that the token names, by their type: `email` vouches for an address unless `email_verified` is false. */
const namedIn = (payload: JWTPayload, { identifierTypes, blocked }: Plan): Identifier[] =>
  identifierTypes.flatMap(({ type, class: itsClass }) => {
    if (type === 'user_id' || (itsClass !== 'contact' && itsClass !== 'person')) return []
    if (!Object.hasOwn(payload, type) || payload[`${type}_verified`] === false) return []
    const value = normalizeIdentifier(type, payload[type])
    return value === undefined || isBlockedValue(value, blocked) ? [] : [{ type, value }]
  })

/** The user's id of before, for whose alias the token vouches (ID6): both ids are the owner's word, or anybody could name a stranger's. */
const previousIn = (payload: JWTPayload, { blocked }: Plan): Identifier[] => {
  const value = normalizeIdentifier('user_id', payload.previous_id)
  return value === undefined || isBlockedValue(value, blocked) ? [] : [{ type: 'user_id', value }]
}

/**
 * Verifies an identity token (SPEC ID11): signed with a key of the source, by the algorithm that this key is for; `aud` is the
 * source's id, `exp` at most 24 hours away, `sub` the user's id. Says why not, and never what the token held.
 *
 * @param now the collector's clock
 */
export const verifyToken = async (
  token: unknown,
  source: Source,
  plan: Plan,
  env: Env,
  now: EpochMs,
): Promise<Result<Voucher, TokenFault>> => {
  if (typeof token !== 'string' || token.length > maxTokenLength) return refuse('malformed')
  try {
    const { payload } = await jwtVerify(token, (header) => keyOf(header, source.identityKeys ?? [], env), {
      algorithms: ['HS256', 'ES256'],
      audience: source.id,
      requiredClaims: ['sub', 'aud', 'exp'],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(now),
    })
    const until = payload.exp! * 1_000
    if (until - now > (maxLifeSeconds + toleranceSeconds) * 1_000) return refuse('too_long')
    const userId = normalizeIdentifier('user_id', payload.sub)
    if (userId === undefined || isBlockedValue(userId, plan.blocked)) return refuse('wrong_sub')
    const identifiers = [{ type: 'user_id', value: userId }, ...previousIn(payload, plan), ...namedIn(payload, plan)]
    return ok({ identifiers, userId, until })
  } catch (error) {
    return refuse(faultOf(error))
  }
}
