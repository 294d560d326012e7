import { describe, expect, test } from 'vitest'
import { linkLifeMs, sealLink } from '../../workers/collector/src/identity/link-token.ts'
import { keys } from '../support/keys.ts'
import { type Ask, batch, listed, otherKey, request, useIdentitySite } from './identity-site.ts'
import { fresh, track } from './wire.ts'

useIdentitySite()

const browser = { 'user-agent': 'A Browser' }

/** A visitor whose cookie the collector has set. */
const visitor = async (key: string = keys.browser) => {
  const anonymousId = fresh('device')
  const { headers } = await batch([track(anonymousId, 'Seen')], {}, { key })
  return { anonymousId, cookie: headers.getSetCookie()[0]!.split(';')[0]! }
}
const post = (path: string, body: unknown, { headers, ...ask }: Ask = {}) =>
  request(path, { ...ask, body, headers: { ...browser, ...headers } })
const seal = (anonymousId: string | undefined, cookie: string | undefined, ask: Ask = {}) =>
  post('/v1/link', { anonymousId }, { ...ask, headers: { ...(cookie && { cookie }), ...ask.headers } })
const open = (link: unknown, ask: Ask = {}) => post('/v1/link/open', { link }, ask)

const isNothing = (answers: Awaited<ReturnType<typeof request>>[]): void => {
  const said = answers.map(({ status, text, headers }) =>
    JSON.stringify([status, text, headers.get('cache-control'), headers.get('content-type')]),
  )
  expect(new Set(said).size).toBe(1)
  expect(answers[0]).toMatchObject({ status: 404, body: { success: false, code: 'not_found' } })
  expect(answers[0]!.headers.get('cache-control')).toBe('no-store')
}

describe('ID11 from one site to another', () => {
  test('a link leads to the anonymousId that the cookie confirms', async () => {
    const { anonymousId, cookie } = await visitor()
    const sealed = await seal(anonymousId, cookie)
    expect(sealed).toMatchObject({ status: 200, body: { link: expect.stringMatching(/^[\w-]+$/), lifeMs: 120_000 } })
    expect(await open(sealed.body.link)).toMatchObject({ status: 200, body: { anonymousId } })
    expect(sealed.headers.get('cache-control')).toBe('no-store')
  })

  test('a link tells nothing about the visitor, and no two are alike', async () => {
    const { anonymousId, cookie } = await visitor()
    const links = [await seal(anonymousId, cookie), await seal(anonymousId, cookie)].map(({ body }) => body.link)
    for (const link of links) expect(Buffer.from(link, 'base64url').toString('latin1')).not.toContain(anonymousId)
    expect(links[0]).not.toBe(links[1])
    expect(links[0].length).toBeLessThan(120)
  })

  test('nobody else is sealed: unknown and forbidden are the same to the byte', async () => {
    const { anonymousId, cookie } = await visitor()
    const another = await visitor()
    const ofOther = await visitor(otherKey)
    const attempts: [what: string, anonymousId: string | undefined, cookie?: string, headers?: Ask['headers']][] = [
      ['no cookie', anonymousId],
      ['a forged cookie', anonymousId, `${cookie.slice(0, -4)}AAAA`],
      ["another's cookie", anonymousId, another.cookie],
      ['the cookie of before a reset', fresh('device'), cookie],
      ['no anonymousId', undefined, cookie],
      ['the cookie of another source', ofOther.anonymousId, ofOther.cookie.replace('spartito_other', 'spartito_web')],
      ['a page that is not listed', anonymousId, cookie, { origin: 'https://evil.example' }],
      ['the origin null', anonymousId, cookie, { origin: 'null' }],
      ['another site', anonymousId, cookie, { 'sec-fetch-site': 'cross-site' }],
    ]
    isNothing(
      await Promise.all(attempts.map(([, who, shown, headers]) => seal(who, shown, headers ? { headers } : {}))),
    )
    expect((await seal(anonymousId, cookie)).status).toBe(200)
  })

  test('no other link opens: forged, late, of another source or browser are the same to the byte', async () => {
    const { anonymousId, cookie } = await visitor()
    const link = (await seal(anonymousId, cookie)).body.link as string
    // Sealed as the collector does it in development, where the secret can be read in the code.
    const secret = new TextEncoder().encode('spartito-development-visitor-secret')
    const sealedAt = (at: number, source = 'web') => sealLink(secret, source, browser['user-agent'], anonymousId, at)
    expect(await open(await sealedAt(Date.now() - linkLifeMs + 20_000))).toMatchObject({ body: { anonymousId } })
    const flipped = Buffer.from(link, 'base64url')
    flipped[14]! ^= 1
    const attempts: [what: string, link: unknown, ask?: Ask][] = [
      ['late', await sealedAt(Date.now() - linkLifeMs)],
      ['of another source', await sealedAt(Date.now(), 'other')],
      ['opened for another source', link, { key: otherKey }],
      ['opened in another browser', link, { headers: { 'user-agent': 'Another Browser' } }],
      ['its time made longer', flipped.toString('base64url')],
      ['cut', link.slice(0, -8)],
      ['with more behind it', `${link}AAAA`],
      [
        'by another secret',
        await sealLink(
          secret.map((byte) => byte ^ 1),
          'web',
          'A Browser',
          anonymousId,
          Date.now(),
        ),
      ],
      ["the visitor's cookie", cookie.split('=')[1]],
      ['the anonymousId', anonymousId],
      ['empty', ''],
      ['no text', 42],
      ['a list', [link]],
      ['none', undefined],
      ['far too long', link.repeat(100)],
      ['on a page that is not listed', link, { headers: { origin: 'https://evil.example' } }],
      ['on a page of the origin null', link, { headers: { origin: 'null' } }],
    ]
    isNothing(await Promise.all(attempts.map(([, shown, ask]) => open(shown, ask))))
    expect((await open(link)).status).toBe(200)
  })

  test("a listed origin's page may seal with its cookie, and read both answers", async () => {
    const { anonymousId, cookie } = await visitor(otherKey)
    const ask = { key: otherKey, headers: { origin: listed, 'sec-fetch-site': 'same-site' } }
    const sealed = await seal(anonymousId, cookie, ask)
    const opened = await open(sealed.body.link, ask)
    expect(opened.body).toEqual({ anonymousId })
    for (const { headers } of [sealed, opened]) {
      expect(headers.get('access-control-allow-origin')).toBe(listed)
      expect(headers.get('access-control-allow-credentials')).toBe('true')
      expect(headers.get('vary')).toContain('Origin')
    }
    // The site that somebody comes to may have its collector elsewhere: what opens a link is no cookie.
    const elsewhere = { key: otherKey, headers: { origin: listed, 'sec-fetch-site': 'cross-site' } }
    expect(await open(sealed.body.link, elsewhere)).toMatchObject({ status: 200, body: { anonymousId } })
  })

  const refused: [what: string, ask: Ask, body: unknown, status: number, code: string][] = [
    ['no key', { key: '' }, {}, 401, 'unknown_write_key'],
    ['an unknown key', { key: 'wk_nobody_has' }, {}, 401, 'unknown_write_key'],
    ['a key in the body', { key: '' }, { writeKey: keys.browser }, 404, 'not_found'],
    [
      'an origin that the source refuses',
      { key: otherKey, headers: { origin: 'https://evil.example' } },
      {},
      403,
      'origin_denied',
    ],
    ['a body that is no object', {}, [], 400, 'invalid_json'],
    ['GET', { method: 'GET' }, undefined, 405, 'method_not_allowed'],
  ]
  test.each(['/v1/link', '/v1/link/open'])('%s refuses as the other routes do', async (path) => {
    for (const [what, ask, body, status, code] of refused) {
      const answered = await post(path, body, ask)
      expect({ what, status: answered.status, code: answered.body.code }).toEqual({ what, status, code })
    }
    const preflight = await request(path, { method: 'OPTIONS', key: '', headers: { origin: listed } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true')
  })

  describe('and a server carries along whom it names, by its secret key', () => {
    const sealFor = (said: object, ask: Ask = {}) => post('/v1/link', said, { key: keys.server, ...ask })

    test('the link opens on a page of the source, in the browser that it was made for', async () => {
      const anonymousId = fresh('device')
      const sealed = await sealFor({ anonymousId, source: 'web', userAgent: browser['user-agent'] })
      expect(sealed).toMatchObject({ status: 200, body: { lifeMs: linkLifeMs } })
      expect(await open(sealed.body.link)).toMatchObject({ status: 200, body: { anonymousId } })
      isNothing(
        await Promise.all([
          open(sealed.body.link, { headers: { 'user-agent': 'Another Browser' } }),
          open(sealed.body.link, { key: otherKey }),
          open(sealed.body.link, { key: keys.server }),
        ]),
      )
    })

    test.each<[what: string, said: object, says: string]>([
      ['no anonymousId', { source: 'web', userAgent: 'A' }, 'anonymousId'],
      ['one that names nobody', { anonymousId: ' ', source: 'web', userAgent: 'A' }, 'anonymousId'],
      ['no browser', { anonymousId: 'a1', source: 'web' }, 'userAgent'],
      ['no source', { anonymousId: 'a1', userAgent: 'A' }, 'source'],
      ['a source that is not there', { anonymousId: 'a1', source: 'nowhere', userAgent: 'A' }, 'nowhere'],
      ['a source without pages', { anonymousId: 'a1', source: 'till', userAgent: 'A' }, 'till'],
    ])('%s is refused with what is missing', async (_what, said, says) => {
      const { status, body } = await sealFor(said)
      expect([status, body.code]).toEqual([400, 'invalid_field'])
      expect(body.message).toContain(says)
    })
  })
})
