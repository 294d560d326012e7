import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose'

/** A key whose other half, or whose secret, stands in the source's `identityKeys`. */
export type SigningKey =
  | { kid: string; alg: 'HS256'; secret: string | Uint8Array }
  | { kid: string; alg: 'ES256'; privateKey: JWK | CryptoKey }

/** What a token vouches for beside the user: contacts and persons by their type, and the id of before (`previousId`). */
export interface TokenClaims {
  /** the source's id: a token is for one source */
  source: string
  userId: string
  previousId?: string
  /** such as `{ email: 'ada@example.org' }`, by the types that the workspace has */
  identifiers?: Readonly<Record<string, string>>
  /** how long it holds, s: 60 to 86,400; an hour when left out */
  lifeSeconds?: number
}

const [shortest, longest] = [60, 86_400]

const keyOf = async (key: SigningKey) => {
  if (key.alg === 'HS256') return typeof key.secret === 'string' ? new TextEncoder().encode(key.secret) : key.secret
  return 'kty' in key.privateKey ? importJWK(key.privateKey as JWK, 'ES256') : (key.privateKey as CryptoKey)
}

/**
 * Signs who is signed in, for your pages to hand to the tag (`identify(userId, traits, { token })`): SPEC ID11. Make one for each page or
 * session, on your server alone.
 *
 * @throws RangeError for a life that the collector would not take
 */
export const signIdentityToken = async (
  key: SigningKey,
  { source, userId, previousId, identifiers = {}, lifeSeconds = 3_600 }: TokenClaims,
): Promise<string> => {
  if (!(lifeSeconds >= shortest && lifeSeconds <= longest))
    throw new RangeError(`lifeSeconds must be from ${shortest} to ${longest}: it is ${lifeSeconds}`)
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT({ ...identifiers, ...(previousId !== undefined && { previous_id: previousId }) })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .setSubject(userId)
    .setAudience(source)
    .setIssuedAt(now)
    .setExpirationTime(now + lifeSeconds)
    .sign(await keyOf(key))
}
