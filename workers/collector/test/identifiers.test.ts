import { evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { normalizeAs } from '@spartito/engine'
import { type ChangeMessage, type EventUnit, parseEventUnit } from '@spartito/protocol'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import vectors from '../../../packages/protocol/vectors/identifiers.json'
import type { Env } from '../src/env.ts'
import { objectName, profileIdOf } from '../src/visitor/object-name.ts'
import {
  administer,
  collect,
  fresh,
  identify,
  page,
  post,
  profileOf,
  publish,
  serverKey,
  storedOf,
  storeState,
  stubOf,
  track,
  workspace,
} from './setup.ts'

interface Vector {
  rule: string
  type: string
  country?: string
  sent: unknown
  identifier: string | null
  name?: string
  profileId?: string
}

describe('golden vectors, in the runtime', () => {
  const cases = (vectors.cases as Vector[]).map((vector) => [vector.rule, vector] as const)

  test.each(cases)('%s', (_rule, { sent, identifier, type, country }) => {
    expect(normalizeAs({ type, ...(country && { country }) }, sent) ?? null).toBe(identifier)
  })

  test.each(cases.filter(([, { name }]) => name))(
    '%s: the name of its object, and the profile that it hosts',
    (_rule, { type, identifier, name, profileId }) => {
      expect(objectName({ type, value: identifier! })).toBe(name)
      expect(profileIdOf(name!)).toBe(profileId)
    },
  )
})

const rejectedNow = async (): Promise<number> => {
  const { sources } = (await (await administer('/admin/stats')).json()) as {
    sources: { rejected: Record<string, number> }[]
  }
  return sources.reduce((sum, { rejected }) => sum + (rejected.blocked_identifier ?? 0), 0)
}

describe('what an event shows and what becomes of it', () => {
  beforeAll(async () => {
    await publish(
      workspace({
        identity: {
          blocked: ['Demo', '0170 0000000'],
          identifiers: [
            { type: 'email', class: 'contact', from: 'traits.email' },
            { type: 'phone', class: 'contact', from: 'traits.phone', country: 'DE' },
            { type: 'card', class: 'contact', from: 'traits.card' },
            { type: 'till_id', class: 'device', from: 'traits.till' },
          ],
        },
      }),
    )
  })

  test.each(['null', 'undefined', '  ', '0', 'NaN', '-1', '(null)', '[object Object]', 'dEmO', 0, -1])(
    '10 identify %j identifies nobody: stored on the device, with the reason',
    async (userId) => {
      const a = fresh('a')
      const messageId = fresh('m')
      expect(await collect([{ ...identify({ anonymousId: a, userId }), messageId }])).toMatchObject({
        accepted: 1,
        rejected: [],
      })
      const profile = (await profileOf('anonymous_id', a))!
      expect(profile).toMatchObject({ host: { type: 'anonymous_id', value: a }, events: { identify: { count: 1 } } })
      expect(profile.identifiers.map(({ type }) => type)).toEqual(['anonymous_id'])
      expect(profile.refusals).toMatchObject([
        { code: 'blocked_identifier', identifier: { type: 'user_id', value: String(userId).trim() }, messageId },
      ])
      expect(await profileOf('user_id', String(userId))).toBeUndefined()
    },
  )

  test.each([
    ['user_id', { userId: 'Unknown' }, {}],
    ['anonymous_id', { anonymousId: '00000000-0000-0000-0000-000000000000' }, {}],
    ['email', {}, { email: 'None' }],
    ['email', {}, { email: 'bob at x.example' }],
    ['phone', {}, { phone: '+49 170 000-0000' }],
    ['phone', {}, { phone: '110' }],
  ])('ID2 %s that identifies nobody, and no other: refused, and counted', async (type, who, traits) => {
    const before = await rejectedNow()
    const answer = await collect([identify(who, traits), page({ anonymousId: fresh('a') })])
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, code: 'blocked_identifier', message: expect.stringContaining(type) }],
    })
    expect(await rejectedNow()).toBe(before + 1)
  })

  test('ID1 a number that has lost digits is refused with what to do, as text it is somebody', async () => {
    const answer = await post([page({ anonymousId: fresh('a') })].map((event) => ({ ...event, userId: 2 ** 53 })))
    expect(await answer.json()).toMatchObject({
      accepted: 0,
      rejected: [{ code: 'invalid_field', message: expect.stringContaining('userId') }],
    })
    expect(await collect([page({ userId: '9007199254740992' })])).toMatchObject({ accepted: 1 })
  })

  test('12 "Bob" and "bob" are two; 42 and "42" are one; "Bob@X.com " and "bob@x.com" are one', async () => {
    const suffix = fresh('x')
    await collect([page({ userId: `Bob${suffix}` }), page({ userId: `bob${suffix}` })])
    for (const name of ['Bob', 'bob'])
      expect((await profileOf('user_id', name + suffix))!.events).toMatchObject({ page: { count: 1 } })
    await collect([page({ userId: 42 }), page({ userId: '42' })])
    expect((await profileOf('user_id', '42'))!.events).toMatchObject({ page: { count: 2 } })
    await collect([identify({}, { email: `Bob${suffix}@X.com ` }), identify({}, { email: `bob${suffix}@x.com` })])
    expect((await profileOf('email', `BOB${suffix}@x.COM`))!).toMatchObject({
      host: { type: 'email', value: `bob${suffix}@x.com` },
      events: { identify: { count: 2 } },
    })
  })

  test('12 a phone however it is written, sent and asked for, is one; so is a domain in its own script', async () => {
    for (const phone of ['+49 170 1234567', '0170/1234567', '0049-170-1234567'])
      await collect([identify({}, { phone })])
    for (const asked of ['+491701234567', '0170 1234567'])
      expect((await profileOf('phone', asked))!.events).toMatchObject({ identify: { count: 3 } })
    for (const email of ['eva@m\u00fcller.example', 'EVA@XN--MLLER-KVA.example'])
      await collect([identify({}, { email })])
    expect((await profileOf('email', 'eva@mu\u0308ller.example'))!.events).toMatchObject({ identify: { count: 2 } })
  })

  test('ID1 a phone joins the user that shows it, as an address does', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([identify({}, { phone: '+49 171 7654321' })], serverKey)
    await collect([identify({ anonymousId: a, userId: A }, { phone: '0171 7654321' })], serverKey)
    expect((await profileOf('phone', '+491717654321'))!.host).toEqual({ type: 'user_id', value: A })
  })

  test('ID1 no identifier is in the name of an object, nor in what names one on the queues, whatever its type', async () => {
    const [user, device, card, till] = ['user', 'device', 'card', 'till'].map((what) => `ünlike:${fresh(what)}#1.0`)
    const [email, phone] = [`${fresh('eva')}@x.example`, '+491727654321']
    const shown: [type: string, value: string, who: object][] = [
      ['user_id', user!, { userId: user }],
      ['anonymous_id', device!, { anonymousId: device }],
      ['email', email, { traits: { email } }],
      ['phone', phone, { traits: { phone } }],
      ['card', card!, { traits: { card } }],
      ['till_id', till!, { traits: { till } }],
    ]
    const messages: ChangeMessage[] = []
    const units: EventUnit[] = []
    await runInDurableObject(stubOf('email', email), (visitor) => {
      const { EVENTS, CHANGES } = (visitor as unknown as { env: Env }).env
      // Listened to, and passed on.
      const [send, sendBatch] = [EVENTS.send.bind(EVENTS), CHANGES.sendBatch.bind(CHANGES)]
      vi.spyOn(EVENTS, 'send').mockImplementation((body, options) => {
        units.push(parseEventUnit(body as string))
        return send(body, options)
      })
      vi.spyOn(CHANGES, 'sendBatch').mockImplementation((batch, options) => {
        messages.push(...[...batch].map(({ body }) => JSON.parse(body as string) as ChangeMessage))
        return sendBatch(batch, options)
      })
    })
    await collect(
      shown.map(([, , who]) => track(who)),
      serverKey,
    )
    vi.restoreAllMocks()
    // The destination is told whom it is about; nothing else is.
    const about = JSON.stringify([
      ...units.map(({ events: _, ...header }) => header),
      ...messages.map((message) => (message.kind === 'change' ? { ...message, change: message.change.id } : message)),
    ])
    for (const [type, value] of shown) {
      const name = objectName({ type, value })
      expect(name).toMatch(new RegExp(`^${type}:[0-9a-f]{64}$`))
      expect((await storedOf(type, value)).state.profileId).toBe(profileIdOf(name))
      expect(units.filter(({ visitor }) => visitor === name)).toHaveLength(1)
      expect(messages.filter(({ visitor }) => visitor === name)).toHaveLength(1)
      expect(about).not.toContain(value)
    }
    expect(about).not.toContain('nlike')
  })

  test('ID1 the log of an error does not say whose profile was asked for', async () => {
    const email = `${fresh('eva')}@x.example`
    await collect([identify({}, { email })])
    await runInDurableObject(stubOf('email', email), (_visitor, { storage }) => {
      storeState(storage, () => '{')
    })
    await evictAllDurableObjects()
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const response = await administer(`/admin/profiles/email/${email}`)
    const lines = logged.mock.calls.flat().join('\n')
    vi.restoreAllMocks()
    expect(response.status).toBe(503)
    expect(lines).toContain('"path":"/admin/profiles"')
    expect(lines).not.toContain(email)
  })

  test('ID1 a trait that is an object with a toString of its own harms neither its event nor the others', async () => {
    const a = fresh('a')
    const hostile = identify({ anonymousId: a }, { email: { toString: 'x' }, phone: { valueOf: 1 } })
    expect(await collect([hostile, page({ anonymousId: a })])).toMatchObject({ accepted: 2, rejected: [] })
    expect((await profileOf('anonymous_id', a))!.refusals).toMatchObject([
      { code: 'invalid_identifier', identifier: { type: 'email', value: '{"toString":"x"}' } },
      { code: 'invalid_identifier', identifier: { type: 'phone', value: '{"valueOf":1}' } },
    ])
  })

  test('ID2 a client that repeats what identifies nobody leaves room for other reasons', async () => {
    const a = fresh('a')
    await collect([identify({ anonymousId: a, userId: 'null' }), identify({ anonymousId: a, userId: 'undefined' })])
    const last = page({ anonymousId: a, userId: 'null' })
    await collect([page({ anonymousId: a, userId: 'null' }), last])
    expect((await profileOf('anonymous_id', a))!.refusals).toMatchObject([
      { identifier: { value: 'undefined' } },
      { identifier: { value: 'null' }, messageId: last.messageId },
    ])
  })
})
