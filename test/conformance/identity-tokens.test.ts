import { readFile } from 'node:fs/promises'
import { signIdentityToken } from '@spartito/server'
import { describe, expect, test } from 'vitest'
import {
  base64url,
  batch,
  carefulKey,
  goodClaims,
  hmac,
  identify,
  isVerified,
  now,
  pair,
  profileOf,
  publicKey,
  request,
  secrets,
  sign,
  spartito,
  useIdentitySite,
} from './identity-site.ts'
import { fresh, track } from './wire.ts'

useIdentitySite()

describe('ID11 a token verifies who somebody is', () => {
  const good: [what: string, make: (sub: string) => Promise<string>][] = [
    ['HS256', (sub) => sign(goodClaims(sub))],
    ['ES256', (sub) => sign(goodClaims(sub), { alg: 'ES256', kid: 'e1' }, pair.privateKey)],
    [
      'HS256 by our own client for servers',
      (userId) => signIdentityToken({ kid: 'h1', alg: 'HS256', secret: secrets.old }, { source: 'web', userId }),
    ],
    [
      'ES256 by our own client for servers',
      (userId) =>
        signIdentityToken({ kid: 'e1', alg: 'ES256', privateKey: pair.privateKey }, { source: 'web', userId }),
    ],
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
