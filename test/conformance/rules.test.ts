import { describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { administer, collect, keptOf, profile, statsOf, useRulesSite } from './rules-site.ts'
import { ruleKeys } from './rules-workspace.ts'
import { fresh, track } from './wire.ts'

useRulesSite()

/** What is kept of one event that is sent. */
const kept = async (event: string, more: object, key?: string) => {
  const anonymousId = fresh('a')
  const { status, body } = await collect([track(anonymousId, event, more)], key)
  expect({ status, accepted: body.accepted, rejected: body.rejected }).toEqual({
    status: 200,
    accepted: 1,
    rejected: [],
  })
  return keptOf(anonymousId)
}

describe('TR transformations over the wire', () => {
  test.each<[rule: string, event: string, properties: object, becomes: object]>([
    ['TR2 renameEvent', 'Viewed Product', {}, { event: 'Product Viewed' }],
    ['TR3 rename', 'E', { prodId: 'x', items: [{ prodId: 1 }] }, { properties: { sku: 'x', items: [{ sku: 1 }] } }],
    ['TR4 mapValues', 'E', { size: 's' }, { properties: { size: 'S' } }],
    ['TR5 cast', 'E', { price: '9.90' }, { properties: { price: 9.9 } }],
    ['TR7 derive', 'E', { prodId: 'x', size: 'm' }, { properties: { sku: 'x', size: 'M', label: 'x/M' } }],
    [
      'TR8 hash',
      'E',
      { mail: 'abc' },
      { properties: { mail: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' } },
    ],
    ['TR9 drop', 'E', { secret: 1, a: 2 }, { properties: { a: 2 } }],
    ['TR10 route', 'E', { brand: 'app' }, { source: 'app' }],
  ])('%s', async (_rule, event, properties, becomes) => {
    expect(await kept(event, { properties })).toMatchObject(becomes)
  })

  test('TR9 drop takes the context’s address, which the collector has added', async () => {
    expect((await kept('E', { context: { ip: '1.2.3.4', a: 1 } }, keys.server))?.context).toEqual({ a: 1 })
  })

  test('TR9 dropEvent is answered and counted as filtered', async () => {
    const before = await statsOf('web')
    const anonymousId = fresh('a')
    const { status, body } = await collect([track(anonymousId, 'Noise'), track(anonymousId, 'E')])
    expect(status).toBe(200)
    expect(body).toMatchObject({ accepted: 1, quarantined: 0, rejected: [{ index: 0, code: 'filtered' }] })
    expect((await statsOf('web')).rejected.filtered).toBe((before.rejected.filtered ?? 0) + 1)
  })

  test('TR6 normalize counts for identifiers: consent, plan and routing see what was made', async () => {
    const email = `${fresh('ada')}@shop.example`
    const [one, other] = [fresh('a'), fresh('a')]
    await collect(
      [{ type: 'identify', anonymousId: one, userId: ` ${email.toUpperCase()} `, traits: { email: ` ${email}` } }],
      keys.server,
    )
    await collect([{ type: 'identify', anonymousId: other, userId: email }], keys.server)
    const found = await profile('user_id', email)
    expect(found?.identifiers.map(({ value }) => value).sort()).toEqual([one, other, email, email].sort())
  })

  test('TR1 another source’s events stay as they are', async () => {
    expect(await kept('Viewed Product', { properties: { price: '9.90', secret: 1 } }, ruleKeys.plain)).toMatchObject({
      event: 'Viewed Product',
      properties: { price: '9.90', secret: 1 },
    })
  })

  test('TR11 a step that fails sends the event to the quarantine, and never a 5xx', async () => {
    const anonymousId = fresh('a')
    const { status, body } = await collect([track(anonymousId, 'E', { properties: { price: 'much' } })])
    expect({ status, ...body }).toMatchObject({ status: 200, success: true, accepted: 0, quarantined: 1, rejected: [] })
    expect(await keptOf(anonymousId)).toBeUndefined()
  })

  test('TR12 what nobody consented to is not kept, whatever else is wrong with it', async () => {
    const anonymousId = fresh('a')
    const { body } = await collect([track(anonymousId, 'E', { properties: { price: 'much' } })], ruleKeys.careful)
    expect(body).toMatchObject({ quarantined: 0, rejected: [{ code: 'consent_denied' }] })
  })
})

describe('PL the tracking plan over the wire', () => {
  const bad = { n: 'x', more: 1 }
  const listed = (event: Awaited<ReturnType<typeof keptOf>>) =>
    event?.violations?.map(({ path, rule }) => `${path} ${rule}`).sort()
  const violations = ['properties.more additionalProperties', 'properties.n type', 'properties.sku required']

  test.each(['Allowed', 'Warned', 'Stripped', 'Held'])('%s: what is as planned is kept as it is', async (event) => {
    const known = await kept(event, { properties: { sku: 'x', n: 1 } })
    expect(known).toMatchObject({ properties: { sku: 'x', n: 1 } })
    expect(known).not.toHaveProperty('violations')
  })

  test('allow keeps a violation as it is', async () => {
    const known = await kept('Allowed', { properties: bad })
    expect(known).toMatchObject({ properties: bad })
    expect(known).not.toHaveProperty('violations')
  })

  test('warn lists it on the event', async () => {
    const known = await kept('Warned', { properties: bad })
    expect(known).toMatchObject({ properties: bad })
    expect(listed(known)).toEqual(violations)
  })

  test('strip takes it out and lists it', async () => {
    const known = await kept('Stripped', { properties: { ...bad, n: 'x' } })
    expect(known?.properties).toEqual({})
    expect(listed(known)).toEqual(violations)
  })

  test('quarantine keeps it back, and the rest of the batch goes on', async () => {
    const anonymousId = fresh('a')
    const { body } = await collect([track(anonymousId, 'Held', { properties: bad }), track(anonymousId, 'E')])
    expect(body).toMatchObject({ accepted: 1, quarantined: 1, rejected: [] })
  })

  test.each<[properties: object, quarantined: number]>([
    [{ code: 'DE' }, 0],
    [{ code: 'de' }, 1],
    [{ other: 1 }, 1],
  ])('PL1 a JSON Schema: %j', async (properties, quarantined) => {
    expect((await collect([track(fresh('a'), 'Schemed', { properties })])).body).toMatchObject({ quarantined })
  })

  test('the plan sees what transformations made, and every source is asked', async () => {
    expect(listed(await kept('Warned', { properties: { prodId: 'x' } }))).toBeUndefined()
    expect(listed(await kept('Warned', { properties: { prodId: 'x' } }, ruleKeys.plain))).toContain(
      'properties.sku required',
    )
  })

  test('WI10 a client cannot say it of its own event', async () => {
    const violations = [{ path: 'x', rule: 'x', message: 'x' }]
    expect(await kept('Allowed', { violations, properties: { violations: 1 } })).not.toHaveProperty('violations')
  })

  test('PL4 a schema that could be slow is refused when it is saved, by its path', async () => {
    const events = { E: { schema: { properties: { p: { pattern: '^(a+)+$' } } } } }
    const { body: current } = await administer('workspace')
    const { status, body } = await administer('workspace', { ...current.workspace, plan: { events } }, 'PUT')
    expect(status).toBe(400)
    expect(body.faults).toEqual([
      { path: 'plan.events.E.schema.properties.p.pattern', message: expect.stringContaining('hostile') },
    ])
  })
})
