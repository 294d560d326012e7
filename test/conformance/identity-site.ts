import type { ProfileView } from '@spartito/engine'
import type { Workspace } from '@spartito/workspace'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { fresh } from './wire.ts'

/** A site whose users sign in, as the tests of verified identity see it from without (SPEC ID11). */
export const secrets = { old: 'the-first-secret-of-32-bytes-or-more', new: 'the-second-secret-of-32-bytes-or-so' }
export const pair = await generateKeyPair('ES256', { extractable: true })
export const jwk = await exportJWK(pair.publicKey)
export const publicKey = { kty: 'EC', crv: 'P-256', x: jwk.x!, y: jwk.y! } as const
export const hmac = (secret: string): Uint8Array => new TextEncoder().encode(secret)

export const carefulKey = 'wk_test_of_a_careful_source'
export const waitingKey = 'wk_test_of_a_source_that_waits'
export const otherKey = 'wk_test_of_another_site'
export const listed = 'https://shop.example'
export const oldKey = { kid: 'h1', alg: 'HS256', secret: secrets.old } as const
export const newKey = { kid: 'h2', alg: 'HS256', secret: secrets.new } as const
export const curveKey = { kid: 'e1', alg: 'ES256', publicKey } as const

export const web = (more: Partial<Workspace['sources'][number]> = {}): Workspace['sources'][number] => ({
  id: 'web',
  kind: 'browser',
  writeKey: keys.browser,
  consent: { policy: 'opt-out' },
  identityKeys: [oldKey, curveKey],
  exposeTraits: ['plan'],
  ...more,
})
export const workspaceWith = (source = web(), mode: 'open' | 'strict' = 'open'): Workspace => ({
  sources: [
    source,
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
    { id: 'careful', kind: 'browser', writeKey: carefulKey, collect: ['analytics'], identityKeys: [oldKey] },
    { id: 'waiting', kind: 'browser', writeKey: waitingKey, consent: { policy: 'opt-in' } },
    { id: 'other', kind: 'browser', writeKey: otherKey, consent: { policy: 'opt-out' }, origins: [listed] },
  ],
  purposes: ['analytics'],
  identity: { mode, identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  audiences: [
    { id: 'viewing', expose: true, when: { event: 'Product Viewed' } },
    { id: 'buyers', expose: true, when: { event: 'Order Completed' } },
    { id: 'hidden', when: { event: 'Product Viewed' } },
    { id: 'leaving', expose: true, when: { score: 'churn', gte: 0.5 } },
  ],
})

let folder: TempFolder
export let spartito: Spartito

/** Publishes, and waits until the collector's isolate has it. */
export const publish = async (workspace: Workspace): Promise<void> => {
  await spartito.admin.publish(workspace)
  await new Promise((resolve) => setTimeout(resolve, 1_200))
}

/** Starts the collector for the tests of one file, and ends it after them. */
export const useIdentitySite = (): void => {
  beforeAll(async () => {
    folder = await makeTempFolder('conformance-identity')
    spartito = await startSpartito({ folder: folder.path, vars: { NAMED_SECRET: secrets.new, SHORT_SECRET: 'short' } })
    await publish(workspaceWith())
  })
  afterAll(async () => {
    await spartito?.runtime.stop()
    await folder?.remove()
  })
}

export interface Claims {
  [claim: string]: unknown
}
export const now = (): number => Math.floor(Date.now() / 1_000)
export const goodClaims = (sub: string, more: Claims = {}): Claims => ({ sub, aud: 'web', exp: now() + 3_600, ...more })
export const sign = (
  claims: Claims,
  header: Claims = {},
  key: Uint8Array | CryptoKey = hmac(secrets.old),
): Promise<string> => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'h1', ...header }).sign(key)
export const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export interface Ask {
  key?: string
  headers?: Record<string, string>
  method?: string
  body?: unknown
}
export const request = async (path: string, { key = keys.browser, headers = {}, method, body }: Ask = {}) => {
  const response = await fetch(`${spartito.collector}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(key && { authorization: basic(key) }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) }
}
export const batch = (events: unknown[], more: object = {}, ask: Ask = {}) =>
  request('/v1/batch', { ...ask, body: { batch: events, ...more } })
export const identify = (who: object, traits: object = {}, more: object = {}) => ({
  type: 'identify',
  messageId: fresh('message'),
  ...who,
  traits,
  ...more,
})
export const profileOf = async (type: string, value: string): Promise<ProfileView> => {
  const found = await spartito.admin.profile({ type, value })
  return found as unknown as ProfileView
}
export const isVerified = async (userId: string): Promise<boolean | undefined> =>
  (await profileOf('user_id', userId)).identifiers.find(({ type }) => type === 'user_id')?.verified
