import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { ask, spartito, useAdminSite } from './admin-site.ts'
import { fresh, post, track } from './wire.ts'

useAdminSite()

describe('AD profiles and statistics', () => {
  const to = (): { to: string } => ({ to: spartito.collector })
  const keysOf = (value: object): string[] => Object.keys(value).sort()

  test('a profile has the shape of the rules', async () => {
    const anonymousId = fresh('device')
    const userId = fresh('user')
    const email = `${userId}@Example.COM`
    await post('/v1/identify', { anonymousId, userId, traits: { plan: 'pro', email } }, to())
    await post('/v1/track', { ...track(anonymousId, 'Product Viewed'), userId }, to())
    const { status, body } = await ask(`profiles/user_id/${userId}`)
    expect(status).toBe(200)
    expect(keysOf(body)).toEqual(
      [
        ...[
          'audiences',
          'consent',
          'decisions',
          'events',
          'host',
          'identifiers',
          'profileId',
          'recent',
          'refusals',
          'sessions',
        ],
        'traits',
      ].sort(),
    )
    expect(body.profileId).toMatch(/^[A-Z2-7]{26}$/)
    expect(body.host).toEqual({ type: 'user_id', value: userId })
    for (const identifier of body.identifiers)
      expect(keysOf(identifier)).toEqual(['class', 'firstSeen', 'lastSeen', 'type', 'value', 'verified'])
    expect(body.identifiers.map(({ type, value }: { type: string; value: string }) => [type, value]).sort()).toEqual([
      ['anonymous_id', anonymousId],
      ['email', email.toLowerCase()],
      ['user_id', userId],
    ])
    expect(body.traits.plan).toMatchObject({
      value: 'pro',
      timestamp: expect.any(Number),
      source: 'web',
      identifier: expect.any(Object),
    })
    expect(body.events['Product Viewed']).toEqual({ count: 1, first: expect.any(Number), last: expect.any(Number) })
    expect(body.sessions).toEqual({
      count: 1,
      first: expect.any(Number),
      last: expect.any(Number),
      recent: [{ id: null, start: expect.any(Number), end: expect.any(Number), events: 2 }],
    })
    expect(body.recent.map(({ type }: { type: string }) => type)).toEqual(['track', 'identify'])
    for (const audience of body.audiences) expect(keysOf(audience)).toEqual(['id', 'next', 'since', 'version'])
    expect(body.audiences.map(({ id }: { id: string }) => id)).toEqual(['secret', 'viewing'])
  })

  test('every identifier of a person leads to the same profile, normalized by the server', async () => {
    const userId = fresh('user')
    const anonymousId = fresh('device')
    await post('/v1/identify', { anonymousId, userId, traits: { email: `${userId}@example.com` } }, to())
    const paths = [`user_id/${userId}`, `anonymous_id/${anonymousId}`, `email/${userId.toUpperCase()}@EXAMPLE.com`]
    await expect
      .poll(
        async () => {
          const found = await Promise.all(paths.map((path) => ask(`profiles/${path}`)))
          return new Set(found.map(({ body }) => body.profileId)).size
        },
        { timeout: 10_000 },
      )
      .toBe(1)
  })

  test.each([
    ['somebody unknown', 'user_id/nobody-has-this'],
    ['a type that the workspace does not have', 'loyalty_id/1'],
    ['a value that is blocked', 'user_id/null'],
    ['a type that every object has', 'constructor/x'],
  ])('%s is 404', async (_what, path) => {
    expect(await ask(`profiles/${path}`)).toMatchObject({ status: 404, body: { success: false, code: 'not_found' } })
  })

  test('only the 50 newest events are shown, all are counted', async () => {
    const anonymousId = fresh('device')
    const batch = Array.from({ length: 60 }, (_, n) => ({
      ...track(anonymousId, 'Many'),
      timestamp: new Date(Date.now() - 100_000 + n * 1_000).toISOString(),
      properties: { n },
    }))
    await post('/v1/batch', { batch }, to())
    const { body } = await ask(`profiles/anonymous_id/${anonymousId}`)
    expect(body.events.Many.count).toBe(60)
    expect(body.recent.map(({ properties }: { properties: { n: number } }) => properties.n)).toEqual(
      Array.from({ length: 50 }, (_, n) => 59 - n),
    )
  })

  test('WI6 every event received is accounted for once the queues are drained', async () => {
    const sums = async () => {
      const { body } = await ask('stats')
      const its = body.sources.filter(({ id }: { id: string }) => id === 'till')
      const total = (read: (hour: Record<string, number>) => number): number =>
        its.reduce((sum: number, hour: Record<string, number>) => sum + read(hour), 0)
      return {
        received: total(({ received }) => received!),
        accepted: total(({ accepted }) => accepted!),
        duplicate: total(({ duplicate }) => duplicate!),
        nobody: total(({ rejected }) => (rejected as unknown as Record<string, number>).missing_identity ?? 0),
      }
    }
    const before = await sums()
    const good = track(fresh('device'), 'Counted')
    const batch = [good, track(fresh('device'), 'Counted'), good, { type: 'track', event: 'Nobody' }]
    await post('/v1/batch', { batch }, { ...to(), headers: { authorization: basic(keys.server) } })
    const expected = { received: 4, accepted: 2, duplicate: 1, nobody: 1 }
    await expect
      .poll(
        async () => {
          const now = await sums()
          return Object.fromEntries(
            Object.entries(now).map(([key, value]) => [key, value - before[key as keyof typeof before]]),
          )
        },
        { timeout: 20_000 },
      )
      .toEqual(expected)
  })

  test('the statistics have the shape of the rules', async () => {
    const { body } = await ask('stats')
    expect(Array.isArray(body.sources)).toBe(true)
    for (const hour of body.sources)
      expect(hour).toMatchObject({
        id: expect.any(String),
        hour: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}$/),
        received: expect.any(Number),
        accepted: expect.any(Number),
        duplicate: expect.any(Number),
        quarantined: expect.any(Number),
        suppressed: expect.any(Number),
        rejected: expect.any(Object),
      })
  })
})
