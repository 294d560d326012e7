import type { Event, JsonObject } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { track } from '../transform/testing.ts'
import { compilePlan } from './compile-plan.ts'
import type { PlanAction, PlanEvent, TrackingPlan } from './tracking-plan.ts'

const viewed: PlanEvent = {
  properties: {
    sku: { type: 'string', required: true },
    price: { type: 'number' },
    size: { type: 'string', enum: ['S', 'M'] },
    since: { type: 'date' },
    maker: { type: 'object', properties: { name: { type: 'string', required: true } } },
    items: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer' } } } },
  },
}
const plan = (more: Partial<TrackingPlan> = {}): TrackingPlan => ({ events: { Viewed: viewed }, ...more })

/** What becomes of an event: its violations as `path rule`, or the code. */
const told = (checked: ReturnType<NonNullable<ReturnType<typeof compilePlan>>>): unknown =>
  checked.ok ? (checked.value.violations ?? []).map(({ path, rule }) => `${path} ${rule}`) : checked.error.code

const check = (document: TrackingPlan, event: Partial<Event>) => compilePlan(document)!(track(event))

const rows: [what: string, properties: JsonObject, violations: string[], stripped: JsonObject][] = [
  [
    'what is allowed',
    { sku: 'x', price: 1, size: 'S', maker: { name: 'm' }, items: [{ n: 1 }, {}] },
    [],
    {} as JsonObject,
  ],
  ['another type', { sku: 'x', price: '1' }, ['properties.price type'], { sku: 'x' }],
  ['null for a number', { sku: 'x', price: null }, ['properties.price type'], { sku: 'x' }],
  ['what is missing', { price: 1 }, ['properties.sku required'], { price: 1 }],
  ['a value that is not allowed', { sku: 'x', size: 'L' }, ['properties.size enum'], { sku: 'x' }],
  ['one too many', { sku: 'x', b: 1 }, ['properties.b additionalProperties'], { sku: 'x' }],
  ['a name with signs', { sku: 'x', 'a/b~ü c': 1 }, ['properties.a/b~ü c additionalProperties'], { sku: 'x' }],
  ['no date', { sku: 'x', since: 'May' }, ['properties.since pattern'], { sku: 'x' }],
  ['an object that lacks one', { sku: 'x', maker: {} }, ['properties.maker.name required'], { sku: 'x' }],
  [
    'one too many inside',
    { sku: 'x', maker: { name: 'm', b: 1 } },
    ['properties.maker.b additionalProperties'],
    { sku: 'x', maker: { name: 'm' } },
  ],
  [
    'in an entry',
    { sku: 'x', items: [{ n: 1 }, { n: 1.5, m: 2 }, { n: 2 }] },
    ['properties.items[1].n type', 'properties.items[1].m additionalProperties'],
    { sku: 'x', items: [{ n: 1 }, {}, { n: 2 }] },
  ],
  [
    'an entry',
    { sku: 'x', items: [1, { n: 1 }, 'x'] },
    ['properties.items[0] type', 'properties.items[2] type'],
    { sku: 'x', items: [{ n: 1 }] },
  ],
  [
    'several',
    { price: '1', b: 1 },
    ['properties.sku required', 'properties.price type', 'properties.b additionalProperties'],
    {},
  ],
]

describe('PL2 a violation', () => {
  test.each(rows)('%s: warn lists it', (_what, properties, violations) => {
    const checked = check(plan({ onViolation: 'warn' }), { properties })
    expect((told(checked) as string[]).sort()).toEqual([...violations].sort())
    expect(checked).toMatchObject({ ok: true, value: { properties } })
  })

  test.each(rows)('%s: strip takes it out, and lists it', (_what, properties, violations, stripped) => {
    const checked = check(plan({ onViolation: 'strip' }), { properties })
    expect((told(checked) as string[]).sort()).toEqual([...violations].sort())
    expect(checked).toMatchObject({ value: { properties: violations.length ? stripped : properties } })
    if (violations.length) expect(checked.ok && checked.value.properties).toEqual(stripped)
  })

  test.each(rows)('%s: quarantine holds it', (_what, properties, violations) => {
    const checked = check(plan({ onViolation: 'quarantine' }), { properties })
    expect(told(checked)).toEqual(violations.length ? 'schema_violation' : [])
  })

  test('allow and no setting ask for nothing, and cost nothing', () => {
    expect(compilePlan(undefined)).toBeUndefined()
    expect(compilePlan(plan())).toBeUndefined()
    expect(compilePlan(plan({ onViolation: 'allow', onUnknown: 'allow' }))).toBeUndefined()
  })

  test.each<[plans: PlanAction, own: PlanAction, says: unknown]>([
    ['quarantine', 'allow', []],
    ['allow', 'quarantine', 'schema_violation'],
    ['quarantine', 'warn', ['properties.sku required']],
  ])('with %s for all, an event’s own %s counts', (onViolation, own, says) => {
    const document = {
      onViolation,
      events: { Viewed: { ...viewed, onViolation: own }, Other: { onViolation: 'warn' as const } },
    }
    expect(told(check(document, {}))).toEqual(says)
  })

  test('the refusal names the first by its path, and how many there are', () => {
    const checked = check(plan({ onViolation: 'quarantine' }), { properties: { price: '1' } })
    expect(checked).toMatchObject({ error: { message: 'properties.sku: is missing (and 1 more)' } })
  })

  test('an event lists ten', () => {
    const properties = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`p${n}`, n]))
    const checked = check(plan({ onViolation: 'strip' }), { properties })
    expect(checked.ok && checked.value.violations).toHaveLength(10)
    expect(checked).toMatchObject({ value: { properties: {} } })
  })

  test('an event that is as allowed comes back as it is', () => {
    const event = track({ properties: { sku: 'x' } })
    expect(compilePlan(plan({ onViolation: 'strip' }))!(event)).toEqual({ ok: true, value: event })
  })
})

describe('PL3 an event that the plan does not have', () => {
  const unknown = { event: 'Unknown', properties: { a: 1 } }
  test.each<[action: PlanAction, says: unknown]>([
    ['warn', ['event unknown_event']],
    ['strip', ['event unknown_event']],
    ['quarantine', 'unknown_event'],
  ])('%s', (onUnknown, says) => {
    const checked = check(plan({ onUnknown }), unknown)
    expect(told(checked)).toEqual(says)
    if (checked.ok) expect(checked.value.properties).toEqual(onUnknown === 'strip' ? {} : { a: 1 })
  })

  test('allow', () => {
    expect(told(check(plan({ onViolation: 'warn' }), unknown))).toEqual([])
  })

  test.each<[what: string, event: Partial<Event>]>([
    ['a page', { type: 'page', name: 'Unknown' }],
    ['an identify', { type: 'identify' }],
    ['a decision on consent', { event: 'Segment Consent Preference Updated' }],
  ])('%s is not asked about', (_what, event) => {
    const document = plan({ onUnknown: 'quarantine', onViolation: 'quarantine' })
    expect(told(check(document, event))).toEqual([])
  })
})

describe('PL1 a JSON Schema', () => {
  const schema = {
    type: 'object',
    required: ['kind'],
    properties: {
      kind: { enum: ['a', 'b'] },
      n: { type: ['integer', 'null'], minimum: 1, multipleOf: 0.5 },
      who: { $ref: '#/$defs/person' },
      either: {
        anyOf: [
          { type: 'string' },
          { type: 'object', properties: { x: { type: 'number' } }, additionalProperties: false },
        ],
      },
      code: { type: 'string', pattern: '^[A-Z]{2,4}-\\d{1,6}$' },
      mail: { type: 'string', format: 'email' },
      never: false,
    },
    if: { properties: { kind: { const: 'b' } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['n'] },
    $defs: { person: { type: 'object', properties: { name: { type: 'string', maxLength: 3 } } } },
  }
  test.each<[what: string, properties: JsonObject, violations: string[]]>([
    ['sound', { kind: 'a', n: 2, either: 'x', code: 'AB-1', mail: 'a@b.example', more: 1 }, []],
    ['enum and type', { kind: 'c', n: 'x' }, ['properties.kind enum', 'properties.n type']],
    ['minimum', { kind: 'a', n: 0 }, ['properties.n minimum']],
    ['what a reference says', { kind: 'a', who: { name: 'long' } }, ['properties.who.name maxLength']],
    ['none of several', { kind: 'a', either: { y: 1 } }, ['properties.either anyOf']],
    [
      'a pattern and a format',
      { kind: 'a', code: 'x', mail: 'x' },
      ['properties.code pattern', 'properties.mail format'],
    ],
    ['what may never be', { kind: 'a', never: 1 }, ['properties.never not']],
    ['if and then', { kind: 'b' }, ['properties.n required']],
  ])('%s', (_what, properties, violations) => {
    const checked = check({ onViolation: 'warn', events: { Viewed: { schema } } }, { properties })
    expect((told(checked) as string[]).sort()).toEqual([...violations].sort())
  })

  test.each<[schema: object, value: JsonObject[string], says: string]>([
    [{ type: 'number' }, 'x', 'must be number, not string'],
    [{ enum: ['S', 1] }, 'x', 'must be one of ["S",1]'],
    [{ const: 'a' }, 'x', 'must be "a"'],
    [{ pattern: '^a$' }, 'x', 'does not match its pattern'],
    [{ format: 'email' }, 'x', 'is no email'],
    [{ minimum: 5 }, 1, '1 is less than 5.'],
    [{ anyOf: [{ type: 'number' }] }, 'x', 'does not meet anyOf'],
    [false, 'x', 'does not meet not'],
  ] as [object, JsonObject[string], string][])('%j says of %j that it %s', (schema, value, says) => {
    const document = {
      onViolation: 'warn',
      events: { Viewed: { schema: { properties: { p: schema } } } },
    } as TrackingPlan
    const checked = check(document, { properties: { p: value } })
    expect(checked).toMatchObject({ value: { violations: [{ path: 'properties.p', message: says }] } })
  })

  test('strip takes unknown properties only where the schema says additionalProperties false', () => {
    const open = {
      onViolation: 'strip',
      events: { Viewed: { schema: { properties: { a: { type: 'number' } } } } },
    } as const
    expect(check(open, { properties: { a: 'x', b: 1 } })).toMatchObject({ value: { properties: { b: 1 } } })
    const closed = {
      onViolation: 'strip',
      events: { Viewed: { schema: { properties: { a: true }, additionalProperties: false } } },
    } as const
    const checked = check(closed, { properties: { a: 'x', b: 1 } })
    expect(checked.ok && checked.value.properties).toEqual({ a: 'x' })
  })

  test('a list of 16,000 faults is told, and neither lost nor slow', () => {
    const document: TrackingPlan = {
      onViolation: 'strip',
      events: { Viewed: { properties: { l: { type: 'array', items: { type: 'string' } } } } },
    }
    const checked = check(document, { properties: { l: Array.from({ length: 16_000 }, () => 1) } })
    expect(checked).toMatchObject({ ok: true, value: { properties: { l: [] } } })
    expect(checked.ok && checked.value.violations).toHaveLength(10)
  })
})
