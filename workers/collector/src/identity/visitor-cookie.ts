import { createHmac, timingSafeEqual } from 'node:crypto'
import { type EpochMs, isObject, normalizeIdentifier } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { isDevelopment, visitorSecret } from './worker-secret.ts'

/** What the collector confirms to a device, signed, in a cookie that no script reads (SPEC ID11). */
export interface VisitorToken {
  anonymousId: string
  /** who is signed in, as a token of the owner's server said, and until when that holds */
  person?: { userId: string; until: EpochMs }
}

/** 400 days, the longest that browsers keep a cookie (RFC 6265bis, section 5.5). */
const maxAgeSeconds = 34_560_000

/** A cookie for each source, so that sites that share a collector do not undo each other's. */
const nameOf = (source: string, isSecure: boolean): string => `${isSecure ? '__Host-' : ''}spartito_${source}`

/** The signature covers the source, so that a cookie of one site is none of another's. */
const sign = (secret: Uint8Array, source: string, body: string): Buffer =>
  createHmac('sha256', secret).update(`visitor.${source}.${body}`).digest()

const isSecure = (request: Request): boolean => request.url.startsWith('https:')

const attributes = (secure: boolean, maxAge: number): string =>
  `; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`

/** Plain http is for development alone: a cookie that goes unencrypted is no secret. */
export const mayHaveCookies = (request: Request, env: Env): boolean => isSecure(request) || isDevelopment(env)

/**
 * Cookies that an isolate has made for who is not signed in, by source and anonymousId: a visitor sends several requests, and a signature costs
 * more than all else that an answer needs. Only what is set is remembered: a cookie that is shown costs the same whether it is ours or not.
 */
const made = new Map<string, string>()
const maxMade = 2_000
let madeWith: Uint8Array | undefined

const make = (secret: Uint8Array, source: string, secure: boolean, said: object): string => {
  const body = Buffer.from(JSON.stringify(said)).toString('base64url')
  const value = `${body}.${sign(secret, source, body).toString('base64url')}`
  return `${nameOf(source, secure)}=${value}${attributes(secure, maxAgeSeconds)}`
}

/** The `Set-Cookie` that confirms a visitor; undefined where no cookie may be. */
export const formatCookie = (request: Request, env: Env, source: string, token: VisitorToken): string | undefined => {
  const secret = visitorSecret(env)
  const secure = isSecure(request)
  if (!secret || !(secure || isDevelopment(env))) return undefined
  const { anonymousId: a, person } = token
  if (person) return make(secret, source, secure, { a, u: person.userId, e: person.until })
  if (secret !== madeWith) made.clear()
  madeWith = secret
  const key = `${secure} ${source} ${a}`
  const before = made.get(key)
  if (before !== undefined) return before
  if (made.size >= maxMade) made.clear()
  const cookie = make(secret, source, secure, { a })
  made.set(key, cookie)
  return cookie
}

const cookieValue = (request: Request, name: string): string | undefined => {
  for (const pair of request.headers.get('cookie')?.split(';') ?? []) {
    const place = pair.indexOf('=')
    if (pair.slice(0, place).trim() === name) return pair.slice(place + 1).trim()
  }
  return undefined
}

/** The `Set-Cookie` that ends what a request shows; undefined when it shows none. */
export const endCookie = (request: Request, source: string): string | undefined => {
  const secure = isSecure(request)
  const name = nameOf(source, secure)
  return cookieValue(request, name) === undefined ? undefined : `${name}=${attributes(secure, 0)}`
}

const read = (json: string, now: EpochMs): VisitorToken | undefined => {
  const said: unknown = JSON.parse(json)
  if (!isObject(said) || typeof said.a !== 'string') return undefined
  const { a: anonymousId, u: userId, e: until } = said
  const isKnown = typeof userId === 'string' && typeof until === 'number' && until > now
  return { anonymousId, ...(isKnown && { person: { userId, until } }) }
}

/**
 * What the cookie of a request says, when it is ours: one that is forged, of another source, or twice there with the first one forged says
 * nothing. The person is gone once its time is over. Each way does the same work.
 */
export const readCookie = (request: Request, env: Env, source: string, now: EpochMs): VisitorToken | undefined => {
  const secret = visitorSecret(env)
  if (!secret || !mayHaveCookies(request, env)) return undefined
  const [body = '', signature = ''] = (cookieValue(request, nameOf(source, isSecure(request))) ?? '').split('.')
  const expected = sign(secret, source, body)
  const shown = Buffer.from(signature, 'base64url')
  const isOurs = timingSafeEqual(shown.length === expected.length ? shown : Buffer.alloc(expected.length), expected)
  if (!isOurs || shown.length !== expected.length) return undefined
  return read(Buffer.from(body, 'base64url').toString(), now)
}

/** An anonymousId as it is compared and stored. */
export const sameDevice = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && normalizeIdentifier('anonymous_id', a) === normalizeIdentifier('anonymous_id', b)
