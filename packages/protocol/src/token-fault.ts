/** Why a token vouches for nobody (SPEC ID11): kept with the refusal on the profile, never sent to who showed it. */
export const tokenFaults = [
  /** no JWT, or one without a claim that it needs */
  'malformed',
  /** neither HS256 nor ES256, or not the one that its key is for */
  'wrong_alg',
  'unknown_kid',
  /** the key cannot be used: its secret is missing or short, or the public key is no point of the curve */
  'unusable_key',
  'bad_signature',
  'expired',
  'not_yet',
  /** `exp` is more than 24 h away */
  'too_long',
  'wrong_aud',
  /** `sub` is not the event's userId, or identifies nobody */
  'wrong_sub',
  /** the request shows more tokens than are looked at */
  'too_many',
] as const

export type TokenFault = (typeof tokenFaults)[number]
