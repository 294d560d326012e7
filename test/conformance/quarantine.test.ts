import { describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { goodClaims, sign } from './identity-site.ts'
import {
  administer,
  collect,
  collectOne,
  keptOf,
  killAndStart,
  profile,
  publish,
  statsOf,
  useRulesSite,
} from './rules-site.ts'
import { ruleKeys, rulesWorkspace } from './rules-workspace.ts'
import { fresh, track } from './wire.ts'

useRulesSite()

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
/** Held back by the plan until it asks less. */
const bad = (anonymousId: string, more: object = {}) => track(anonymousId, 'Held', { properties: { n: 1 }, ...more })
const mended = () => rulesWorkspace({ plan: { events: {} } })
const ids = async (query = ''): Promise<string[]> =>
  (await administer(`quarantine?limit=500${query}`)).body.events.map(({ id }) => id)

const empty = async (): Promise<void> => {
  for (let next: string | null = '0.0.0'; next; )
    next = (await administer('quarantine', { from: 0, cursor: next }, 'DELETE')).body.next
}

describe('QR1 what is kept', () => {
  test('the event as it came, without key and token, and why', async () => {
    await empty()
    const anonymousId = fresh('a')
    const timestamp = minutesAgo(5)
    const event = bad(anonymousId, {
      timestamp,
      token: 'secret of a token',
      propertys: { sku: 'a name that is misspelt' },
      context: { ip: '203.0.113.77', page: { url: 'https://x.example/?email=ada@secret.example' } },
      writeKey: keys.browser,
      properties: { prodId: 5, url: 'https://x.example/?token=secret-of-a-url' },
    })
    expect((await collect([event])).body).toMatchObject({ accepted: 0, duplicate: 0, quarantined: 1, rejected: [] })
    const { body } = await administer('quarantine')
    expect(body).toEqual({
      events: [
        {
          id: expect.stringMatching(/^\d+\.\d+\.0$/),
          source: 'web',
          receivedAt: expect.any(Number),
          code: 'schema_violation',
          message: expect.stringContaining('properties.sku: '),
          version: 1,
          event: expect.objectContaining({
            messageId: event.messageId,
            anonymousId,
            event: 'Held',
            timestamp: Date.parse(timestamp),
            properties: { prodId: 5, url: expect.not.stringContaining('secret') },
          }),
          body: expect.objectContaining({
            messageId: event.messageId,
            timestamp,
            propertys: { sku: 'a name that is misspelt' },
            context: { page: { url: 'https://x.example/?email=removed' } },
          }),
        },
      ],
      next: null,
    })
    expect(JSON.stringify(body)).not.toContain('secret')
    expect(JSON.stringify(body)).not.toContain(keys.browser)
    expect(JSON.stringify(body)).not.toContain('203.0.113.77')
  })

  test('a route of one event answers 200 for it', async () => {
    expect(await collectOne(bad(fresh('a')))).toMatchObject({ status: 200, body: { accepted: 0, quarantined: 1 } })
  })
})

describe('QR2 the list', () => {
  test('is filtered and comes in pages', async () => {
    await empty()
    await collect(Array.from({ length: 5 }, () => bad(fresh('a'))))
    await collect([track(fresh('a'), 'E', { properties: { price: 'much' } })], keys.server)
    expect(await ids()).toHaveLength(6)
    expect(await ids('&source=till')).toHaveLength(1)
    expect(await ids('&code=transform_error')).toHaveLength(1)
    expect(await ids(`&from=${minutesAgo(-5)}`)).toHaveLength(0)
    const seen: string[] = []
    for (let next: string | null = '0.0.0'; next; ) {
      const { body } = await administer(`quarantine?limit=2&cursor=${next}`)
      expect(body.events.length).toBeLessThanOrEqual(2)
      seen.push(...body.events.map(({ id }) => id))
      next = body.next
    }
    expect(seen).toEqual(await ids())
  })

  test.each([
    ['GET', 'quarantine?limit=0', undefined],
    ['GET', 'quarantine?cursor=x', undefined],
    ['GET', 'quarantine?from=soon', undefined],
    ['POST', 'quarantine/recover', { ids: ['99.1.0'] }],
    ['POST', 'quarantine/recover', { ids: 'x' }],
    ['POST', 'quarantine/recover', { codes: 'x' }],
    ['DELETE', 'quarantine', {}],
  ])('%s %s %j is refused with what to send', async (method, path, body) => {
    expect(await administer(path, body, method)).toMatchObject({ status: 400, body: { code: 'invalid_field' } })
  })

  test('DELETE takes out what it names, which stays counted', async () => {
    await empty()
    const before = await statsOf('web')
    await collect([bad(fresh('a')), bad(fresh('a'))])
    const [first] = await ids()
    expect((await administer('quarantine', { ids: [first] }, 'DELETE')).body).toEqual({ deleted: 1, next: null })
    expect(await ids()).toHaveLength(1)
    expect((await statsOf('web')).quarantined.schema_violation).toBe(before.quarantined.schema_violation! + 2)
  })
})

/** Waits until a recovery has handed on the first event of a visitor. */
const handedOn = (visitor: string) => expect.poll(() => keptOf(visitor), { timeout: 20_000, interval: 5 }).toBeDefined()

describe('QR3 recovery', () => {
  test('runs events again with their own times and ids, counts them as accepted, and may be repeated', async () => {
    await empty()
    await publish(rulesWorkspace())
    const [one, other] = [fresh('a'), fresh('a')]
    const before = await statsOf('web')
    const timestamp = minutesAgo(30)
    const event = bad(one, { timestamp })
    await collect([event, bad(one), bad(other)])
    expect((await administer('quarantine/recover', {})).body).toMatchObject({
      accepted: 0,
      quarantined: [{ code: 'schema_violation' }, { code: 'schema_violation' }, { code: 'schema_violation' }],
    })
    const version = await publish(mended())
    const [recovered, again] = await Promise.all([
      administer('quarantine/recover', {}),
      administer('quarantine/recover', {}),
    ])
    expect(recovered.body.accepted + again.body.accepted).toBeGreaterThanOrEqual(3)
    expect((await administer('quarantine/recover', {})).body).toEqual({
      accepted: 0,
      duplicate: 0,
      filtered: 0,
      quarantined: [],
      unreached: 0,
      next: null,
    })
    const known = await profile('anonymous_id', one)
    expect(known?.events.Held?.count).toBe(2)
    expect(known?.recent.find(({ messageId }) => messageId === event.messageId)?.timestamp).toBe(Date.parse(timestamp))
    expect(known?.audiences).toMatchObject([{ id: 'holders', version }])
    expect(await ids()).toEqual([])
    // The lake counts what it has taken.
    await expect
      .poll(async () => (await statsOf('web')).accepted, { timeout: 20_000, interval: 500 })
      .toBe(before.accepted + 3)
    const after = await statsOf('web')
    expect(after.received).toBe(before.received + 3)
    expect(after.quarantined).toEqual(before.quarantined)
  })

  test('what still fails stays under its id, with its new reason', async () => {
    await empty()
    await publish(rulesWorkspace())
    await collect([bad(fresh('a'))])
    const [id] = await ids()
    const version = await publish(rulesWorkspace({ plan: { events: {}, onUnknown: 'quarantine' } }))
    const { body } = await administer('quarantine/recover', { ids: [id] })
    expect(body.quarantined).toEqual([{ id, code: 'unknown_event', message: 'the plan has no event "Held"' }])
    expect((await administer('quarantine')).body.events).toMatchObject([{ id, code: 'unknown_event', version }])
  })

  test('a copy that came meanwhile is a duplicate, and what is dropped now is filtered', async () => {
    await empty()
    await publish(rulesWorkspace())
    const before = await statsOf('web')
    const [twice, noise] = [bad(fresh('a')), bad(fresh('a'), { properties: { noise: 1 } })]
    await collect([twice, noise])
    const step = { dropEvent: true, when: { where: [{ path: 'properties.noise', exists: true }] } } as const
    await publish({ ...mended(), transformations: [{ sources: ['web'], steps: [step] }] })
    expect((await collect([twice])).body).toMatchObject({ accepted: 1 })
    const { body } = await administer('quarantine/recover', { source: 'web' })
    expect(body).toMatchObject({ accepted: 0, duplicate: 1, filtered: 1, quarantined: [] })
    const after = await statsOf('web')
    expect(after.quarantined).toEqual(before.quarantined)
    expect(after.duplicate).toBe(before.duplicate + 1)
    expect(after.rejected.filtered).toBe((before.rejected.filtered ?? 0) + 1)
  })

  test('ID11 what vouched for an event when it came does so still: a server’s key, a token, or nothing', async () => {
    await empty()
    await publish(rulesWorkspace())
    const [till, signed, claimed] = ['till', 'signed', 'claimed'].map(fresh) as [string, string, string]
    const token = await sign(goodClaims(signed))
    await collect([bad(fresh('a'), { userId: till })], keys.server)
    await collect([bad(fresh('a'), { userId: signed, token }), bad(fresh('a'), { userId: claimed })])
    await publish(mended())
    expect((await administer('quarantine/recover', {})).body).toMatchObject({ accepted: 3 })
    const verified = await Promise.all(
      [till, signed, claimed].map(async (userId) => {
        const known = await profile('user_id', userId)
        return known?.identifiers.find(({ type }) => type === 'user_id')
      }),
    )
    expect(verified).toMatchObject([{ verified: true }, { verified: true }, { verified: false }])
    expect((await profile('user_id', till))?.recent[0]).toMatchObject({ verified: true, source: 'till' })
  })

  test('WI7 what was answered is there after a kill, and a recovery that was killed is taken up without a double', async () => {
    await empty()
    await publish(rulesWorkspace())
    const visitors = Array.from({ length: 60 }, () => fresh('a'))
    for (let n = 0; n < visitors.length; n += 10) {
      const { body } = await collect(
        visitors.slice(n, n + 10).map((visitor) => bad(visitor)),
        ruleKeys.app,
      )
      expect(body.quarantined).toBe(10)
    }
    await killAndStart()
    expect(await ids()).toHaveLength(60)
    await publish(mended())
    const cut = administer('quarantine/recover', {}).catch(() => undefined)
    await Promise.race([cut, Promise.any([0, 10, 20, 30, 40, 50].map((n) => handedOn(visitors[n]!)))])
    await killAndStart()
    await cut
    for (let next: string | null = '0.0.0'; next; )
      next = (await administer('quarantine/recover', { cursor: next, limit: 25 })).body.next
    expect(await ids()).toEqual([])
    for (const visitor of visitors) expect((await profile('anonymous_id', visitor))?.events.Held?.count).toBe(1)
    await expect.poll(async () => (await statsOf('app')).accepted, { timeout: 30_000, interval: 500 }).toBe(60)
    const after = await statsOf('app')
    expect(after).toEqual({ received: 60, accepted: 60, duplicate: 0, quarantined: {}, rejected: {} })
  }, 90_000)
})
