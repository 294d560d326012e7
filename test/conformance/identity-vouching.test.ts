import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import {
  batch,
  curveKey,
  goodClaims,
  hmac,
  identify,
  isVerified,
  newKey,
  oldKey,
  profileOf,
  publicKey,
  publish,
  request,
  secrets,
  sign,
  spartito,
  useIdentitySite,
  web,
  workspaceWith,
} from './identity-site.ts'
import { fresh, track } from './wire.ts'

useIdentitySite()

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
