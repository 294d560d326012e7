import type { TrackingPlan } from '@spartito/pipeline'
import { describe, expect, test } from 'vitest'
import { checkWorkspace } from './check.ts'

const withPlan = (plan: unknown) =>
  checkWorkspace({ sources: [{ id: 'web', kind: 'browser', writeKey: 'wk_test_1' }], plan })
const withProperty = (property: unknown) => withPlan({ events: { 'Product Viewed': { properties: { p: property } } } })

const nested = (levels: number): unknown =>
  levels ? { type: 'object', properties: { p: nested(levels - 1) } } : { type: 'string' }

const whole: TrackingPlan = {
  events: {
    'Product Viewed': {
      description: 'Somebody looked at a product',
      properties: {
        product_id: { type: 'string', required: true, description: 'as in the shop' },
        price: { type: 'number' },
        position: { type: 'integer', enum: [1, 2, 3] },
        size: { type: 'string', enum: ['S', 'M'] },
        is_new: { type: 'boolean' },
        since: { type: 'date' },
        maker: { type: 'object', properties: { name: { type: 'string', required: true } } },
        tags: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
        variants: { type: 'array', items: { type: 'object', properties: { sku: { type: 'string' } } } },
        rest: { type: 'object' },
        more: { type: 'array' },
      },
    },
    'Signed Out': { properties: {} },
    Anything: {},
  },
}

describe('WS plans that a workspace may have', () => {
  test.each<[what: string, plan: unknown]>([
    ['every type', whole],
    ['no events', { events: {} }],
    ['as deep as an event may be', { events: { E: { properties: { p: nested(13) } } } }],
  ])('%s, kept as it is', (_what, plan) => {
    const checked = withPlan(plan)
    expect(checked).toMatchObject({ ok: true })
    expect(checked.ok && checked.value.plan).toEqual(plan)
  })
})

const at = 'plan.events["Product Viewed"].properties.p'
const faultyProperties: [what: string, property: unknown, path: string, says: string][] = [
  [
    'no type',
    { required: true },
    at,
    'must be an object with a type: string, number, integer, boolean, date, object, array',
  ],
  ['a type that there is not', { type: 'text' }, `${at}.type`, 'must be one of'],
  ['a type alone', 'string', at, 'must be an object with a type'],
  ['a setting that there is not', { type: 'string', format: 'x' }, `${at}.format`, 'is not a setting'],
  ['required that is no claim', { type: 'string', required: 'yes' }, `${at}.required`, 'must be true or false'],
  ['an empty description', { type: 'string', description: '' }, `${at}.description`, 'must not be empty'],
  ['a value of another type', { type: 'string', enum: ['a', 1] }, `${at}.enum[1]`, 'must be text'],
  ['a text among numbers', { type: 'number', enum: ['1'] }, `${at}.enum[0]`, 'must be a number'],
  ['a fraction among whole numbers', { type: 'integer', enum: [1.5] }, `${at}.enum[0]`, 'must be a whole number'],
  ['no value allowed', { type: 'string', enum: [] }, `${at}.enum`, 'no value is allowed'],
  ['a value twice', { type: 'string', enum: ['a', 'a'] }, `${at}.enum`, 'says a value twice'],
  ['values of an object', { type: 'object', enum: [{}] }, `${at}.enum`, 'is not a setting'],
  ['items of no array', { type: 'object', items: { type: 'string' } }, `${at}.items`, 'is not a setting'],
  ['properties of no object', { type: 'array', properties: {} }, `${at}.properties`, 'is not a setting'],
  ['items without a type', { type: 'array', items: {} }, `${at}.items`, 'must be an object with a type'],
  [
    'required items',
    { type: 'array', items: { type: 'string', required: true } },
    `${at}.items.required`,
    'is for properties',
  ],
  [
    'a fault inside',
    { type: 'object', properties: { 'a.b': { type: 'array', items: { type: 'x' } } } },
    `${at}.properties["a.b"].items.type`,
    'must be one of',
  ],
  ['deeper than an event may be', nested(14), `${at}${'.properties.p'.repeat(14)}`, 'is nested deeper than 14 levels'],
]

describe('WS plans that name their fault by its path', () => {
  test.each(faultyProperties)('%s', (_what, property, path, says) => {
    const checked = withProperty(property)
    expect(checked.ok || checked.error).toEqual([{ path, message: expect.stringContaining(`${path} `) }])
    expect(checked.ok || checked.error[0]!.message).toContain(says)
  })

  test.each<[what: string, plan: unknown, path: string, says: string]>([
    ['no events', {}, 'plan.events', 'is missing'],
    ['a setting that there is not', { events: {}, mode: 'x' }, 'plan.mode', 'is not a setting'],
    ['a list of events', { events: [] }, 'plan.events', 'must be an object'],
    ['an event without a name', { events: { '': {} } }, 'plan.events[""]', 'must not be empty'],
    ['a long name', { events: { [`${'x'.repeat(201)}`]: {} } }, `plan.events.${'x'.repeat(201)}`, 'is longer than 200'],
    ['an event that is none', { events: { E: 5 } }, 'plan.events.E', 'must be an object'],
    ['a misspelt key', { events: { E: { props: {} } } }, 'plan.events.E.props', 'is not a setting'],
    [
      'a name that no object may have',
      JSON.parse('{"events":{"__proto__":{}}}'),
      'plan.events',
      'may not have the names',
    ],
    [
      'a property’s name that no object may have',
      { events: { E: { properties: { constructor: { type: 'string' } } } } },
      'plan.events.E.properties',
      'may not have the names',
    ],
  ])('%s', (_what, plan, path, says) => {
    const checked = withPlan(plan)
    expect(checked.ok || checked.error).toEqual([{ path, message: expect.stringContaining(`${path} `) }])
    expect(checked.ok || checked.error[0]!.message).toContain(says)
  })
})

describe('PL4 a JSON Schema of an event', () => {
  const at = 'plan.events["Product Viewed"].schema'
  const withSchema = (schema: unknown, more: object = {}) =>
    withPlan({ events: { 'Product Viewed': { schema, ...more } }, onViolation: 'quarantine', onUnknown: 'warn' })

  test('is kept as it is', () => {
    const schema = { type: 'object', properties: { 'a b': { pattern: '^x{1,9}$' } }, additionalProperties: false }
    const checked = withSchema(schema, { onViolation: 'strip' })
    expect(checked.ok && checked.value.plan?.events['Product Viewed']).toEqual({ schema, onViolation: 'strip' })
  })

  test.each<[what: string, schema: unknown, path: string, says: string]>([
    [
      'a pattern that explodes',
      { properties: { 'a b': { pattern: '(x+)+' } } },
      `${at}.properties["a b"].pattern`,
      'hostile',
    ],
    ['a reference to itself', { $defs: { a: { $ref: '#/$defs/a' } } }, `${at}.$defs.a.$ref`, 'leads back'],
    ['an entry of a list', { allOf: [true, 5] }, `${at}.allOf[1]`, 'must be a schema'],
    ['no schema', null, at, 'must be a schema'],
  ])('%s is refused by its path', (_what, schema, path, says) => {
    const checked = withSchema(schema)
    expect(checked.ok || checked.error).toEqual([{ path, message: expect.stringContaining(says) }])
    expect(checked.ok || checked.error[0]!.message).toContain(`${path} `)
  })

  test.each<[what: string, plan: unknown, path: string, says: string]>([
    ['both forms', { events: { E: { schema: {}, properties: {} } } }, 'plan.events.E', 'one of the two forms'],
    ['an action that there is not', { events: {}, onViolation: 'drop' }, 'plan.onViolation', 'must be one of allow'],
    [
      'the same of an event',
      { events: { E: { onViolation: 'no' } } },
      'plan.events.E.onViolation',
      'must be one of allow',
    ],
    ['the same of unknown ones', { events: {}, onUnknown: true }, 'plan.onUnknown', 'must be one of allow'],
  ])('%s', (_what, plan, path, says) => {
    const checked = withPlan(plan)
    expect(checked.ok || checked.error).toEqual([{ path, message: expect.stringContaining(says) }])
  })
})
