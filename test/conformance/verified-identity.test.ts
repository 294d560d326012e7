import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ProfileView } from '@spartito/engine'
import type { Workspace } from '@spartito/workspace'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { fresh, track } from './wire.ts'

const secrets = { old: 'the-first-secret-of-32-bytes-or-more', new: 'the-second-secret-of-32-bytes-or-so' }
const pair = await generateKeyPair('ES256', { extractable: true })
const jwk = await exportJWK(pair.publicKey)
const publicKey = { kty: 'EC', crv: 'P-256', x: jwk.x!, y: jwk.y! } as const
const hmac = (secret: string): Uint8Array => new TextEncoder().encode(secret)

const carefulKey = 'wk_test_of_a_careful_source'
const waitingKey = 'wk_test_of_a_source_that_waits'
const otherKey = 'wk_test_of_another_site'
const listed = 'https://shop.example'
const oldKey = { kid: 'h1', alg: 'HS256', secret: secrets.old } as const
const newKey = { kid: 'h2', alg: 'HS256', secret: secrets.new } as const
const curveKey = { kid: 'e1', alg: 'ES256', publicKey } as const

const web = (more: Partial<Workspace['sources'][number]> = {}): Workspace['sources'][number] => ({
  id: 'web',
  kind: 'browser',
  writeKey: keys.browser,
  consent: { policy: 'opt-out' },
  identityKeys: [oldKey, curveKey],
  exposeTraits: ['plan'],
  ...more,
})
const workspaceWith = (source = web(), mode: 'open' | 'strict' = 'open'): Workspace => ({
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
let spartito: Spartito

/** Publishes, and waits until the collector's isolate has it. */
const publish = async (workspace: Workspace): Promise<void> => {
  await spartito.admin.publish(workspace)
  await new Promise((resolve) => setTimeout(resolve, 1_200))
}

beforeAll(async () => {
  folder = await makeTempFolder('conformance-identity')
  spartito = await startSpartito({ folder: folder.path, vars: { NAMED_SECRET: secrets.new, SHORT_SECRET: 'short' } })
  await publish(workspaceWith())
})
afterAll(async () => {
  await spartito?.runtime.stop()
  await folder?.remove()
})

interface Claims {
  [claim: string]: unknown
}
const now = (): number => Math.floor(Date.now() / 1_000)
const goodClaims = (sub: string, more: Claims = {}): Claims => ({ sub, aud: 'web', exp: now() + 3_600, ...more })
const sign = (claims: Claims, header: Claims = {}, key: Uint8Array | CryptoKey = hmac(secrets.old)): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'h1', ...header }).sign(key)
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

interface Ask {
  key?: string
  headers?: Record<string, string>
  method?: string
  body?: unknown
}
const request = async (path: string, { key = keys.browser, headers = {}, method, body }: Ask = {}) => {
  const response = await fetch(`${spartito.collector}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(key && { authorization: basic(key) }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) }
}
const batch = (events: unknown[], more: object = {}, ask: Ask = {}) =>
  request('/v1/batch', { ...ask, body: { batch: events, ...more } })
const identify = (who: object, traits: object = {}, more: object = {}) => ({
  type: 'identify',
  messageId: fresh('message'),
  ...who,
  traits,
  ...more,
})
const profileOf = async (type: string, value: string): Promise<ProfileView> => {
  const found = await spartito.admin.profile({ type, value })
  return found as unknown as ProfileView
}
const isVerified = async (userId: string): Promise<boolean | undefined> =>
  (await profileOf('user_id', userId)).identifiers.find(({ type }) => type === 'user_id')?.verified

describe('ID11 a token verifies who somebody is', () => {
  const good: [what: string, make: (sub: string) => Promise<string>][] = [
    ['HS256', (sub) => sign(goodClaims(sub))],
    ['ES256', (sub) => sign(goodClaims(sub), { alg: 'ES256', kid: 'e1' }, pair.privateKey)],
    ['of 24 hours', (sub) => sign(goodClaims(sub, { exp: now() + 24 * 3_600 }))],
    ['for several, of which we are one', (sub) => sign(goodClaims(sub, { aud: ['api', 'web'] }))],
  ]
  const places: [where: string, send: (event: object, token: string) => ReturnType<typeof request>][] = [
    ['of the batch', (event, token) => batch([event], { token })],
    ['of the event in a batch', (event, token) => batch([{ ...event, token }])],
    ['of the event on its own route', (event, token) => request('/v1/identify', { body: { ...event, token } })],
  ]
  test.each(good.flatMap(([what, make]) => places.map(([where, send]) => [what, where, make, send] as const)))(
    '%s, as the token %s',
    async (_what, _where, make, send) => {
      const userId = fresh('user')
      const { status, body } = await send(identify({ anonymousId: fresh('device'), userId }), await make(userId))
      expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: 1 })
      expect(await isVerified(userId)).toBe(true)
      expect((await profileOf('user_id', userId)).refusals).toEqual([])
    },
  )

  const bad: [what: string, reason: string, make: (sub: string) => Promise<unknown> | unknown][] = [
    ['expired', 'expired', (sub) => sign(goodClaims(sub, { exp: now() - 120 }))],
    ['of two days', 'too_long', (sub) => sign(goodClaims(sub, { exp: now() + 48 * 3_600 }))],
    ['without exp', 'malformed', (sub) => sign({ sub, aud: 'web' })],
    ['valid from tomorrow', 'not_yet', (sub) => sign(goodClaims(sub, { nbf: now() + 7_200 }))],
    ['for another audience', 'wrong_aud', (sub) => sign(goodClaims(sub, { aud: 'till' }))],
    ['without aud', 'malformed', (sub) => sign({ sub, exp: now() + 60 })],
    ['of another user', 'wrong_sub', () => sign(goodClaims(fresh('another')))],
    ['of nobody', 'wrong_sub', () => sign(goodClaims('null'))],
    ['without sub', 'malformed', () => sign({ aud: 'web', exp: now() + 60 })],
    ['of an unknown kid', 'unknown_kid', (sub) => sign(goodClaims(sub), { kid: 'h9' })],
    ['without a kid', 'unknown_kid', (sub) => sign(goodClaims(sub), { kid: undefined })],
    ['of a kid that every object has', 'unknown_kid', (sub) => sign(goodClaims(sub), { kid: 'constructor' })],
    ['signed with another secret', 'bad_signature', (sub) => sign(goodClaims(sub), {}, hmac(secrets.new))],
    ['alg none', 'wrong_alg', (sub) => `${base64url({ alg: 'none', kid: 'h1' })}.${base64url(goodClaims(sub))}.`],
    ['alg HS512', 'wrong_alg', (sub) => sign(goodClaims(sub), { alg: 'HS512' }, hmac(secrets.old.repeat(2)))],
    [
      'the public key used as a secret, by its JSON',
      'wrong_alg',
      (sub) => sign(goodClaims(sub), { kid: 'e1' }, hmac(JSON.stringify(publicKey))),
    ],
    [
      'the public key used as a secret, by its x',
      'wrong_alg',
      (sub) => sign(goodClaims(sub), { kid: 'e1' }, Buffer.from(publicKey.x, 'base64url')),
    ],
    ['ES256 by the kid of a secret', 'wrong_alg', (sub) => sign(goodClaims(sub), { alg: 'ES256' }, pair.privateKey)],
    [
      'altered after it was signed',
      'bad_signature',
      async (sub) => {
        const [header, , signature] = (await sign(goodClaims('somebody'))).split('.')
        return `${header}.${base64url(goodClaims(sub))}.${signature}`
      },
    ],
    ['garbage', 'malformed', () => 'garbage'],
    ['two dots', 'malformed', () => '..'],
    ['a number', 'malformed', () => 7],
    ['an object', 'malformed', () => ({ token: 'x' })],
    ['far too long', 'malformed', () => 'x'.repeat(5_000)],
  ]
  test.each(bad)('19 %s: claimed only, and the reason is kept (%s)', async (_what, reason, make) => {
    const [userId, anonymousId] = [fresh('user'), fresh('device')]
    await batch([{ ...track(fresh('elsewhere'), 'Order Completed'), userId }])
    const token = await make(userId)
    for (const answered of [
      await batch([{ ...track(anonymousId, 'Product Viewed'), userId }], { token }),
      await batch([{ ...track(anonymousId, 'Product Viewed'), userId, token }]),
    ]) {
      expect(answered).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } })
      expect(answered.body.profile).toEqual({ audiences: ['viewing'] })
    }
    const profile = await profileOf('user_id', userId)
    expect(await isVerified(userId)).toBe(false)
    expect(profile.refusals).toEqual([
      expect.objectContaining({ code: 'bad_token', reason, identifier: { type: 'user_id', value: userId } }),
    ])
    expect(profile.events['Product Viewed']).toMatchObject({ count: 2 })
  })

  test('bad tokens are counted for their source, apart from what became of the events', async () => {
    const sums = async () => {
      const { sources } = await spartito.admin.stats()
      const its = sources.filter(({ id }) => id === 'careful') as unknown as { badTokens: number; rejected: object }[]
      return its.reduce((sum, { badTokens }) => sum + badTokens, 0)
    }
    const before = await sums()
    const consented = { context: { consent: { categoryPreferences: { analytics: true } } } }
    const event = { ...track(fresh('device'), 'Seen'), userId: fresh('user'), ...consented }
    for (const _try of [1, 2]) await batch([event], { token: 'garbage' }, { key: carefulKey })
    expect((await sums()) - before).toBe(1)
  })

  test('20 a verified identity is told of the whole profile, a claimed one of what its device brought', async () => {
    const userId = fresh('user')
    await batch([{ ...track(fresh('elsewhere'), 'Order Completed'), userId }])
    const event = () => ({ ...track(fresh('device'), 'Product Viewed'), userId })
    expect((await batch([event()])).body.profile.audiences).toEqual(['viewing'])
    const token = await sign(goodClaims(userId))
    expect((await batch([event()], { token })).body.profile.audiences).toEqual(['buyers', 'viewing'])
    const anonymous = await batch([track(fresh('device'), 'Product Viewed')], { token })
    expect(anonymous.body.profile.audiences).toEqual(['viewing'])
  })

  test('what was done before the sign-in needs no token, and its refusal is not kept', async () => {
    const [anonymousId, userId] = [fresh('device'), fresh('user')]
    await batch([track(anonymousId, 'Seen'), identify({ anonymousId, userId })], {
      token: await sign(goodClaims(userId)),
    })
    expect((await profileOf('user_id', userId)).refusals).toEqual([])
  })

  test('a batch of two users: the token vouches for its own', async () => {
    const [A, B] = [fresh('A'), fresh('B')]
    const token = await sign(goodClaims(A))
    const events = [
      identify({ anonymousId: fresh('device'), userId: A }),
      identify({ anonymousId: fresh('d'), userId: B }),
    ]
    expect((await batch(events, { token })).body.accepted).toBe(2)
    expect([await isVerified(A), await isVerified(B)]).toEqual([true, false])
  })

  test('a token gives no scores: it vouches for who somebody is, not for what the page says', async () => {
    const [anonymousId, userId] = [fresh('device'), fresh('user')]
    const event = identify({ anonymousId, userId }, { scores: { churn: 0.9 } }, { verified: true })
    const { body } = await batch([event], { token: await sign(goodClaims(userId)) })
    expect(body.profile.audiences).toEqual([])
    expect((await profileOf('user_id', userId)).recent[0]).not.toHaveProperty('verified')
  })

  test('a request can ask for 20 signatures, and no more', async () => {
    const users = Array.from({ length: 25 }, () => fresh('user'))
    const events = await Promise.all(
      users.map(async (userId) => ({
        ...identify({ anonymousId: fresh('d'), userId }),
        token: await sign(goodClaims(userId)),
      })),
    )
    expect((await batch(events)).body.accepted).toBe(25)
    expect(await isVerified(users[19]!)).toBe(true)
    expect((await profileOf('user_id', users[20]!)).refusals).toMatchObject([{ code: 'bad_token', reason: 'too_many' }])
  })

  test('a token is kept nowhere: not in the profile, not in the answer, not in the log', async () => {
    const [anonymousId, userId] = [fresh('device'), fresh('user')]
    const tokens = [await sign(goodClaims(userId)), `${await sign(goodClaims(userId))}x`]
    for (const token of tokens) {
      const answered = await batch([identify({ anonymousId, userId }, {}, { token }), { type: 'dance', token }], {
        token,
      })
      expect(answered.body).toMatchObject({ accepted: 1, rejected: [{ code: 'unknown_type' }] })
      const told = [
        answered.text,
        JSON.stringify(await profileOf('user_id', userId)),
        await readFile(spartito.logFile, 'utf8'),
      ]
      for (const text of told) expect(text).not.toContain(token.split('.')[1])
    }
  })
})

describe('ID11 what a token vouches for', () => {
  /** An address that has events of its own, as a newsletter's has. */
  const subscribe = async (email: string): Promise<void> => {
    await batch([identify({}, { email })], {}, { key: keys.server })
  }
  const hostOf = async (email: string): Promise<string> => (await profileOf('email', email)).host.type

  test('an address only when the token names it', async () => {
    const [A, B] = [fresh('a'), fresh('b')]
    const [mine, theirs] = [`${A}@x.example`, `${B}@x.example`]
    await subscribe(mine)
    await subscribe(theirs)
    const show = async (email: string) =>
      batch([identify({ anonymousId: fresh('device'), userId: A }, { email })], {
        token: await sign(goodClaims(A, { email: mine.toUpperCase() })),
      })
    await show(theirs)
    expect(await hostOf(theirs)).toBe('email')
    expect((await profileOf('user_id', A)).refusals).toMatchObject([{ code: 'holds_a_profile' }])
    await show(mine)
    expect(await hostOf(mine)).toBe('user_id')
  })

  test('not an address of which the token says that it is not verified', async () => {
    const A = fresh('a')
    const email = `${A}@x.example`
    await subscribe(email)
    const token = await sign(goodClaims(A, { email, email_verified: false }))
    await batch([identify({ anonymousId: fresh('device'), userId: A }, { email })], { token })
    expect(await hostOf(email)).toBe('email')
  })

  test('what was refused when it was claimed is asked again when it is vouched for, once', async () => {
    const A = fresh('a')
    const email = `${A}@x.example`
    await subscribe(email)
    const show = (token?: string) =>
      batch([identify({ anonymousId: fresh('device'), userId: A }, { email })], token ? { token } : {})
    const shown = async () => (await profileOf('user_id', A)).identifiers.filter(({ type }) => type === 'email')
    await show()
    await show()
    expect(await hostOf(email)).toBe('email')
    expect(await shown()).toEqual([])
    await show(await sign(goodClaims(A, { email })))
    expect(await hostOf(email)).toBe('user_id')
    expect(await shown()).toMatchObject([{ value: email, verified: true }])
  })

  test('a verified claim that is refused stays refused, with its evidence', async () => {
    const [A, B] = [fresh('a'), fresh('b')]
    const email = `${A}@x.example`
    await batch([identify({ userId: A }, { email })], {}, { key: keys.server })
    for (const _time of [1, 2])
      await batch([identify({ anonymousId: fresh('d'), userId: B }, { email })], {
        token: await sign(goodClaims(B, { email })),
      })
    const profile = await profileOf('user_id', B)
    expect(profile.refusals.filter(({ code }) => code === 'owned_by_another')).toHaveLength(1)
    expect(profile.identifiers.map(({ type }) => type)).not.toContain('email')
  })
})

describe('ID11 keys of a source', () => {
  const verifiedWith = async (kid: string, secret: string): Promise<string> => {
    const userId = fresh('user')
    await batch([identify({ anonymousId: fresh('device'), userId })], {
      token: await sign(goodClaims(userId), { kid }, hmac(secret)),
    })
    return (await isVerified(userId)) ? 'verified' : (await profileOf('user_id', userId)).refusals[0]!.reason!
  }

  test('rotation: old and new are valid together, then the old one is removed', async () => {
    await publish(workspaceWith(web({ identityKeys: [oldKey, newKey] })))
    expect([await verifiedWith('h1', secrets.old), await verifiedWith('h2', secrets.new)]).toEqual([
      'verified',
      'verified',
    ])
    await publish(workspaceWith(web({ identityKeys: [newKey] })))
    expect([await verifiedWith('h1', secrets.old), await verifiedWith('h2', secrets.new)]).toEqual([
      'unknown_kid',
      'verified',
    ])
  })

  test('a secret by its name; one that is missing or short verifies nothing', async () => {
    const named = (kid: string, env: string) => ({ kid, alg: 'HS256', secret: { env } }) as const
    const identityKeys = [named('n1', 'NAMED_SECRET'), named('n2', 'MISSING_SECRET'), named('n3', 'SHORT_SECRET')]
    await publish(workspaceWith(web({ identityKeys })))
    expect(await verifiedWith('n1', secrets.new)).toBe('verified')
    expect(await verifiedWith('n2', secrets.new)).toBe('unusable_key')
    expect(await verifiedWith('n3', secrets.new)).toBe('unusable_key')
    await publish(workspaceWith())
  })

  const faulty: [what: string, source: object, path: string][] = [
    ['a short secret', { identityKeys: [{ ...oldKey, secret: 'short' }] }, 'identityKeys[0].secret'],
    ['no secret', { identityKeys: [{ kid: 'a', alg: 'HS256' }] }, 'identityKeys[0].secret'],
    ['no kid', { identityKeys: [{ alg: 'HS256', secret: secrets.old }] }, 'identityKeys[0].kid'],
    ['one kid twice', { identityKeys: [oldKey, { ...curveKey, kid: 'h1' }] }, 'identityKeys[1].kid'],
    ['an algorithm that is none', { identityKeys: [{ ...oldKey, alg: 'none' }] }, 'identityKeys[0].alg'],
    [
      'a secret for ES256',
      { identityKeys: [{ kid: 'a', alg: 'ES256', secret: secrets.old }] },
      'identityKeys[0].publicKey',
    ],
    [
      'the private key',
      { identityKeys: [{ ...curveKey, publicKey: { ...publicKey, d: publicKey.x } }] },
      'identityKeys[0].publicKey.d',
    ],
    [
      'another curve',
      { identityKeys: [{ ...curveKey, publicKey: { ...publicKey, crv: 'P-384' } }] },
      'identityKeys[0].publicKey.crv',
    ],
    ['keys of a server source', { kind: 'server' }, 'identityKeys'],
    [
      'eleven keys',
      { identityKeys: Array.from({ length: 11 }, (_, n) => ({ ...oldKey, kid: `k${n}` })) },
      'identityKeys',
    ],
  ]
  test.each(faulty)('%s is refused by its path', async (_what, more, path) => {
    const response = await fetch(`${spartito.collector}/admin/workspace`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${keys.admin}` },
      body: JSON.stringify(workspaceWith({ ...web(), ...more } as never)),
    })
    expect(response.status).toBe(400)
    const { faults } = (await response.json()) as { faults: { path: string; message: string }[] }
    expect(faults.map((fault) => fault.path)).toContain(`sources[0].${path}`)
    expect(JSON.stringify(faults)).not.toContain(secrets.old)
  })
})

describe('ID11 the cookie and /v1/me', () => {
  const cookieOf = ({ headers }: { headers: Headers }): string | undefined => headers.getSetCookie()[0]?.split(';')[0]
  const me = (cookie: string | undefined, ask: Ask = {}) =>
    request('/v1/me', { ...ask, headers: { ...(cookie !== undefined && { cookie }), ...ask.headers } })

  test('the answer to a page confirms its visitor, in a cookie that no script reads', async () => {
    const answered = await batch([track(fresh('device'), 'Seen')])
    const [cookie, ...more] = answered.headers.getSetCookie()
    expect(more).toEqual([])
    expect(cookie).toMatch(/^spartito_web=[\w-]+\.[\w-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Strict$/)
  })

  const granted = (analytics?: boolean) => ({
    context: { consent: { categoryPreferences: analytics === undefined ? {} : { analytics } } },
  })
  const choice = (analytics: boolean) => ({
    ...track(fresh('device'), 'Segment Consent Preference Updated'),
    ...granted(analytics),
  })
  const table: [what: string, event: () => object, ask: Ask, isSet: boolean][] = [
    ['consent that is given', () => ({ ...track(fresh('d'), 'Seen'), ...granted(true) }), { key: carefulKey }, true],
    ['a choice that is made', () => choice(true), { key: carefulKey }, true],
    ['consent that is denied', () => choice(false), { key: carefulKey }, false],
    ['consent that is not known, under opt-in', () => track(fresh('d'), 'Seen'), { key: carefulKey }, false],
    [
      'a source that takes events without consent, and none given',
      () => track(fresh('d'), 'Seen'),
      { key: waitingKey },
      false,
    ],
    [
      'the same, and consent given',
      () => ({ ...track(fresh('d'), 'Seen'), ...granted(true) }),
      { key: waitingKey },
      true,
    ],
    ['a denial under opt-out', () => ({ ...track(fresh('d'), 'Seen'), ...granted(false) }), {}, false],
    ['Global Privacy Control and silence', () => track(fresh('d'), 'Seen'), { headers: { 'sec-gpc': '1' } }, false],
    [
      'Global Privacy Control and consent',
      () => ({ ...track(fresh('d'), 'Seen'), ...granted(true) }),
      { headers: { 'sec-gpc': '1' } },
      true,
    ],
    ['a server', () => track(fresh('d'), 'Seen'), { key: keys.server }, false],
    ['no anonymousId', () => identify({ userId: fresh('user') }), {}, false],
    ['an event that is refused', () => ({ type: 'dance', anonymousId: 'd' }), {}, false],
    ['a listed origin', () => track(fresh('d'), 'Seen'), { key: otherKey, headers: { origin: listed } }, true],
    ['an origin that is not listed', () => track(fresh('d'), 'Seen'), { headers: { origin: listed } }, false],
    ['the origin null', () => track(fresh('d'), 'Seen'), { headers: { origin: 'null' } }, false],
    ['a request across sites', () => track(fresh('d'), 'Seen'), { headers: { 'sec-fetch-site': 'cross-site' } }, false],
  ]
  test.each(table)('CO5 %s', async (_what, event, ask, isSet) => {
    expect(cookieOf(await batch([event()], {}, ask)) !== undefined).toBe(isSet)
  })

  test('a withdrawal ends the cookie that is there', async () => {
    const cookie = cookieOf(await batch([choice(true)], {}, { key: carefulKey }))!
    const ended = await batch([choice(false)], {}, { key: carefulKey, headers: { cookie } })
    expect(ended.headers.getSetCookie()).toEqual(['spartito_careful=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict'])
  })

  test("the body's anonymousId wins, and rewrites the cookie", async () => {
    const [first, second] = [fresh('device'), fresh('device')]
    const cookie = cookieOf(await batch([track(first, 'Order Completed')]))!
    const other = cookieOf(await batch([track(second, 'Product Viewed')], {}, { headers: { cookie } }))!
    expect((await me(cookie)).body).toEqual({ audiences: ['buyers'], traits: {} })
    expect((await me(other)).body).toEqual({ audiences: ['viewing'], traits: {} })
  })

  test('20 a claimed identity reads what its own device brought, a verified one the whole and the exposed traits', async () => {
    const [userId, anonymousId] = [fresh('user'), fresh('device')]
    await batch([
      { ...track(fresh('elsewhere'), 'Order Completed'), userId },
      identify({ userId }, { plan: 'pro', secret: 's' }),
    ])
    const event = () => ({ ...track(anonymousId, 'Product Viewed'), userId })
    const claimed = cookieOf(await batch([event()]))!
    expect((await me(claimed)).body).toEqual({ audiences: ['viewing'], traits: {} })
    const verified = cookieOf(await batch([event()], { token: await sign(goodClaims(userId)) }))!
    expect((await me(verified)).body).toEqual({ audiences: ['buyers', 'viewing'], traits: { plan: 'pro' } })

    const goesOn = cookieOf(await batch([event()], {}, { headers: { cookie: verified } }))!
    expect((await me(goesOn)).body.audiences).toEqual(['buyers', 'viewing'])
    const signedOut = cookieOf(await batch([track(anonymousId, 'Seen')], {}, { headers: { cookie: verified } }))!
    expect((await me(signedOut)).body).toEqual({ audiences: ['viewing'], traits: {} })
    const another = cookieOf(await batch([{ ...event(), userId: fresh('x') }], {}, { headers: { cookie: verified } }))!
    expect((await me(another)).body).toEqual({ audiences: ['viewing'], traits: {} })
    const otherDevice = cookieOf(
      await batch([{ ...track(fresh('d'), 'Seen'), userId }], {}, { headers: { cookie: verified } }),
    )!
    expect((await me(otherDevice)).body).toEqual({ audiences: [], traits: {} })
  })

  test('a person is known for as long as the token was good', async () => {
    const [userId, anonymousId] = [fresh('user'), fresh('device')]
    await batch([{ ...track(fresh('elsewhere'), 'Order Completed'), userId }])
    const token = await sign(goodClaims(userId, { exp: now() + 2 }))
    const cookie = cookieOf(await batch([{ ...track(anonymousId, 'Product Viewed'), userId }], { token }))!
    expect((await me(cookie)).body.audiences).toEqual(['buyers', 'viewing'])
    await expect.poll(async () => (await me(cookie)).body.audiences, { timeout: 10_000 }).toEqual(['viewing'])
  })

  test('unknown and forbidden are the same to the byte', async () => {
    const mine = cookieOf(await batch([track(fresh('device'), 'Product Viewed')]))!
    const ofOther = cookieOf(await batch([track(fresh('device'), 'Product Viewed')], {}, { key: otherKey }))!
    const [body, signature] = mine.slice('spartito_web='.length).split('.')
    const forged = base64url({ a: fresh('device'), u: 'user', e: Date.now() + 1e9 })
    // Signed as the collector does it in development, where the secret can be read in the code: for a device that sent nothing.
    const unknown = base64url({ a: fresh('device') })
    const signed = createHmac('sha256', 'spartito-development-visitor-secret')
      .update(`visitor.web.${unknown}`)
      .digest('base64url')
    const attempts: [what: string, cookie: string | undefined, headers?: Record<string, string>][] = [
      ['somebody unknown', `spartito_web=${unknown}.${signed}`],
      ['no cookie', undefined],
      ['garbage', 'spartito_web=garbage'],
      ['nothing signed', `spartito_web=${body}`],
      ['a forged one', `spartito_web=${forged}.${signature}`],
      ['a signature of another length', `spartito_web=${body}.${signature!.slice(0, 20)}`],
      ['one of another source', ofOther.replace('spartito_other', 'spartito_web')],
      ['under another name', mine.replace('spartito_web', '__Host-spartito_web')],
      ['a good one behind a forged one', `spartito_web=${forged}.${signature}; ${mine}`],
      ['a good one, from a page that is not listed', mine, { origin: 'https://evil.example' }],
      ['a good one, from the origin null', mine, { origin: 'null' }],
      ['a good one, across sites', mine, { 'sec-fetch-site': 'cross-site' }],
    ]
    const answers = await Promise.all(attempts.map(([, cookie, headers]) => me(cookie, headers ? { headers } : {})))
    const said = answers.map(({ status, text, headers }) => [
      status,
      text,
      headers.get('cache-control'),
      headers.get('content-type'),
    ])
    expect(new Set(said.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 404, body: { success: false, code: 'not_found' } })
    expect(answers[0]!.headers.get('cache-control')).toBe('no-store')
    expect((await me(mine)).status).toBe(200)
  })

  const cors: [
    what: string,
    path: string,
    origin: string | undefined,
    key: string,
    allowed: string,
    isCredentialed: boolean,
  ][] = [
    ['a listed origin', '/v1/me', listed, otherKey, listed, true],
    ['a listed origin', '/v1/batch', listed, otherKey, listed, true],
    ['an origin that only another source lists', '/v1/me', listed, keys.browser, '*', false],
    ['an origin that only another source lists', '/v1/batch', listed, keys.browser, '*', false],
    ['an origin that nobody lists', '/v1/batch', 'https://evil.example', keys.browser, '*', false],
    ['an origin that begins as a listed one', '/v1/batch', `${listed}.evil.example`, keys.browser, '*', false],
    ['plain http', '/v1/batch', 'http://shop.example', keys.browser, '*', false],
    ['null', '/v1/me', 'null', keys.browser, '*', false],
    ['no origin', '/v1/me', undefined, otherKey, '*', false],
  ]
  test.each(cors)('WI11 %s, at %s', async (_what, path, origin, key, allowed, isCredentialed) => {
    const headers: Record<string, string> = origin === undefined ? {} : { origin }
    const ask = path === '/v1/me' ? { key, headers } : { key, headers, body: { batch: [track(fresh('d'), 'Seen')] } }
    const answered = await request(path, ask)
    expect(answered.headers.get('access-control-allow-origin')).toBe(allowed)
    expect(answered.headers.get('access-control-allow-credentials')).toBe(isCredentialed ? 'true' : null)
    expect(answered.headers.get('vary')).toContain('Origin')
  })
  test.each([
    [listed, listed, 'true'],
    ['https://evil.example', '*', null],
  ])('WI11 a preflight from %s', async (origin, allowed, credentials) => {
    const headers = { origin, 'access-control-request-method': 'GET' }
    for (const path of ['/v1/me', '/v1/batch']) {
      const answered = await request(path, { method: 'OPTIONS', key: '', headers })
      expect(answered.status).toBe(204)
      expect(answered.headers.get('access-control-allow-origin')).toBe(allowed)
      expect(answered.headers.get('access-control-allow-credentials')).toBe(credentials)
    }
  })
})

describe('WI1 /v1/profiles, for a server with a secret key', () => {
  test('says traits, audiences and consent, by any identifier', async () => {
    const [userId, anonymousId] = [fresh('user'), fresh('device')]
    const context = { consent: { categoryPreferences: { analytics: true } } }
    const email = `${userId}@x.example`
    await batch([
      identify({ anonymousId, userId }, { plan: 'pro', email }, { context }),
      track(anonymousId, 'Product Viewed'),
    ])
    const expected = {
      profileId: expect.stringMatching(/^[A-Z2-7]{26}$/),
      traits: { plan: 'pro', email },
      audiences: ['hidden', 'viewing'],
      consent: { analytics: 'granted' },
    }
    for (const path of [`user_id/${userId}`, `anonymous_id/${anonymousId}`, `email/${email.toUpperCase()}`])
      await expect
        .poll(async () => (await request(`/v1/profiles/${path}`, { key: keys.server })).body)
        .toEqual(expected)
  })

  test.each([
    ['no key', '', 401, 'unknown_write_key'],
    ['an unknown key', 'sk_nobody_has', 401, 'unknown_write_key'],
    ['the key of a page', keys.browser, 403, 'unauthorized'],
    ["an administrator's token", keys.admin, 401, 'unknown_write_key'],
  ])('%s reads nothing, of whoever it asks', async (_what, key, status, code) => {
    const userId = fresh('user')
    await batch([identify({ userId })])
    const answers = [
      await request(`/v1/profiles/user_id/${userId}`, { key }),
      await request('/v1/profiles/user_id/nobody-at-all', { key }),
    ]
    for (const answered of answers) expect(answered).toMatchObject({ status, body: { success: false, code } })
    expect(answers[0]!.text).toBe(answers[1]!.text)
  })

  test.each(['user_id/nobody-at-all', 'loyalty_id/1', 'email/no-address', 'constructor/x', 'nobody/1'])(
    '%s is 404',
    async (path) => {
      const answered = await request(`/v1/profiles/${path}`, { key: keys.server })
      expect(answered).toMatchObject({ status: 404, body: { code: 'not_found' } })
    },
  )

  test.each(['/v1/me', '/v1/profiles/user_id/x'])('%s takes GET', async (path) => {
    expect(await request(path, { method: 'POST', body: {} })).toMatchObject({
      status: 405,
      body: { code: 'method_not_allowed' },
    })
  })
})

describe('ID11 strict mode', () => {
  beforeAll(() => publish(workspaceWith(web(), 'strict')))
  afterAll(() => publish(workspaceWith()))

  test('a claimed userId is a field of the event, and stitches nothing', async () => {
    const [anonymousId, userId] = [fresh('device'), fresh('user')]
    const { body } = await batch([{ ...track(anonymousId, 'Product Viewed'), userId }])
    expect(body).toMatchObject({ accepted: 1, profile: { audiences: ['viewing'] } })
    const profile = await profileOf('anonymous_id', anonymousId)
    expect(profile.host.type).toBe('anonymous_id')
    expect(profile.recent[0]).toMatchObject({ userId })
    expect(await profileOf('user_id', userId)).toBeUndefined()
  })

  const alone: [what: string, event: object][] = [
    ['a userId', { userId: 'claimed' }],
    ['an address', { traits: { email: 'claimed@x.example' } }],
  ]
  test.each(alone)('%s without a device is missing_identity', async (_what, who) => {
    const { status, body } = await request('/v1/identify', { body: { messageId: fresh('m'), ...who } })
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'missing_identity' })
  })

  test('a claimed address stitches nothing, though the user is verified', async () => {
    const [anonymousId, userId] = [fresh('device'), fresh('user')]
    const email = `${userId}@x.example`
    const event = () => identify({ anonymousId, userId }, { email })
    await batch([event()], { token: await sign(goodClaims(userId)) })
    expect((await profileOf('user_id', userId)).identifiers.map(({ type }) => type).sort()).toEqual([
      'anonymous_id',
      'user_id',
    ])
    expect(await profileOf('email', email)).toBeUndefined()
    await batch([event()], { token: await sign(goodClaims(userId, { email })) })
    expect((await profileOf('email', email)).host.type).toBe('user_id')
  })

  test('a token joins the device to its user; a bad one leaves it alone, and says so on the device', async () => {
    const [anonymousId, userId] = [fresh('device'), fresh('user')]
    const event = () => identify({ anonymousId, userId })
    await batch([event()], { token: 'garbage' })
    expect(await profileOf('anonymous_id', anonymousId)).toMatchObject({
      host: { type: 'anonymous_id' },
      refusals: [{ code: 'bad_token', reason: 'malformed', identifier: { type: 'user_id', value: userId } }],
    })
    await batch([event()], { token: await sign(goodClaims(userId)) })
    expect((await profileOf('anonymous_id', anonymousId)).host).toEqual({ type: 'user_id', value: userId })
  })

  test('a secret key vouches for all that it sends', async () => {
    const userId = fresh('user')
    expect((await batch([identify({ userId })], {}, { key: keys.server })).body.accepted).toBe(1)
    expect(await isVerified(userId)).toBe(true)
  })
})
