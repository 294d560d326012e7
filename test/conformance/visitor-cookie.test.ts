import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import {
  type Ask,
  base64url,
  batch,
  carefulKey,
  goodClaims,
  identify,
  listed,
  now,
  otherKey,
  request,
  sign,
  useIdentitySite,
  waitingKey,
} from './identity-site.ts'
import { fresh, track } from './wire.ts'

useIdentitySite()

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
    const anonymousId = fresh('device')
    const mine = cookieOf(await batch([track(anonymousId, 'Product Viewed')]))!
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
      ['a good one, of a page that is somebody else now', mine, { anonymousid: fresh('device') }],
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
    expect((await me(mine, { headers: { anonymousid: anonymousId } })).status).toBe(200)
  })

  const cors: [
    what: string,
    path: string,
    origin: string | undefined,
    key: string,
    allowed: string | null,
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
    ['no origin, as of a server or an app', '/v1/me', undefined, otherKey, null, false],
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
