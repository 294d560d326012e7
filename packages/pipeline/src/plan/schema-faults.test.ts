import { limits } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { compileSchema } from './find-violations.ts'
import { formats } from './keywords.ts'
import { patternFault } from './pattern-cost.ts'
import { schemaFaults } from './schema-faults.ts'

const nested = (levels: number): object => (levels ? { properties: { p: nested(levels - 1) } } : {})
const doubled = Object.fromEntries(
  Array.from({ length: 20 }, (_, n) => [
    `d${n}`,
    { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
  ]),
)

const rows: [what: string, schema: unknown, at: string, says: string][] = [
  ['no schema', 5, '', 'must be a schema'],
  ['of something else than an object', { type: 'array' }, 'type', 'must be object'],
  ['a keyword that there is not', { propertys: {} }, 'propertys', 'is no keyword'],
  ['a keyword of JavaScript’s objects', { constructor: {} }, 'constructor', 'is no keyword'],
  ['a type that there is not', { properties: { a: { type: 'text' } } }, 'properties.a.type', 'must be one of'],
  ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, '$schema', '2020-12'],
  ['entries that differ', { properties: { l: { uniqueItems: true } } }, 'properties.l.uniqueItems', 'slow'],
  ['a dynamic reference', { $dynamicRef: '#x' }, '$dynamicRef', 'not available'],
  [
    'a reference to another place',
    { properties: { a: { $ref: 'https://x.example/s' } } },
    'properties.a.$ref',
    '#/$defs/NAME',
  ],
  ['a reference to the root', { properties: { a: { $ref: '#' } } }, 'properties.a.$ref', '#/$defs/NAME'],
  ['a reference to nothing', { $ref: '#/$defs/a' }, '$ref', '#/$defs/NAME'],
  [
    'a reference to itself',
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } },
    '$defs.a.$ref',
    'leads back to itself',
  ],
  [
    'two that refer to each other',
    { $defs: { a: { not: { $ref: '#/$defs/b' } }, b: { $ref: '#/$defs/a' } } },
    '$defs.b.$ref',
    'leads back to itself',
  ],
  [
    'a tree without an end',
    { $ref: '#/$defs/a', $defs: { a: { properties: { x: { $ref: '#/$defs/a' } } } } },
    '$defs.a.properties.x.$ref',
    'leads back',
  ],
  [
    'definitions that double',
    { $ref: '#/$defs/d0', $defs: { ...doubled, d20: {} } },
    '',
    'counted as often as $ref brings them',
  ],
  [
    'a large one',
    { properties: Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`p${n}`, {}])) },
    '',
    'holds 2002 schemas',
  ],
  ['a deep one', nested(40), Array(32).fill('properties.p').join('.'), 'deeper than 32'],
  ['many values', { enum: Array.from({ length: 1_001 }, (_, n) => n) }, 'enum', '1 to 1000'],
  [
    'a name of prototypes',
    { properties: JSON.parse('{"__proto__": {}}') },
    'properties.__proto__',
    'is a name that no property',
  ],
  ['a count that is none', { minProperties: -1 }, 'minProperties', 'whole number'],
  ['a number that is none', { properties: { a: { minimum: '1' } } }, 'properties.a.minimum', 'must be a number'],
  ['multiples of 0', { properties: { a: { multipleOf: 0 } } }, 'properties.a.multipleOf', 'above 0'],
  ['names that are none', { required: 'a' }, 'required', 'list of'],
  ['an empty choice', { anyOf: [] }, 'anyOf', 'list of schemas'],
  ['a format that there is not', { properties: { a: { format: 'regex' } } }, 'properties.a.format', 'must be one of'],
  [
    'a pattern that is none',
    { properties: { a: { pattern: '(' } } },
    'properties.a.pattern',
    'is no regular expression',
  ],
  ['a bomb', { properties: { a: { pattern: '^(a+)+$' } } }, 'properties.a.pattern', 'too long with a hostile text'],
  ['a bomb among names', { patternProperties: { '^(a|a)*$': {} } }, 'patternProperties.^(a|a)*$', 'too long'],
  ['a long pattern', { properties: { a: { pattern: 'a'.repeat(1_001) } } }, 'properties.a.pattern', 'longer than 1000'],
]

describe('PL4 a schema that is refused when it is saved', () => {
  test.each(rows)('%s', (_what, schema, at, says) => {
    const faults = schemaFaults(schema)
    expect(faults.map(({ keys }) => keys.join('.'))).toContain(at)
    expect(faults.find(({ keys }) => keys.join('.') === at)?.message).toContain(says)
  })

  test('is told with at most twenty faults', () => {
    expect(
      schemaFaults({ properties: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`p${n}`, 5])) }),
    ).toHaveLength(20)
  })
})

const patterns: [pattern: string, isSound: boolean][] = [
  ['^[A-Z]{2}-\\d{1,6}$', true],
  ['^\\d+$', true],
  ['^(\\d{1,3}\\.){3}\\d{1,3}$', true],
  ['^(red|green|blue)$', true],
  ['^https?://[^/]{1,253}/', true],
  ['^\\p{L}{1,40}$', true],
  ['@', true],
  ['[a-z]{1,64}@', true],
  ['[a-z]+@', false],
  ['^[a-z]+-[a-z]+$', false],
  ['^(a+)+$', false],
  ['^(a|a)*$', false],
  ['^(a|b|ab)*c', false],
  ['(a?){30}a{30}', false],
  ['^(.*)*$', false],
  ['^(?=a)b', false],
  ['^(a)\\1$', false],
  ['^a|b+c', false],
]
test.each(patterns)('PL4 the pattern %s: %s', (pattern, isSound) => {
  expect(patternFault(pattern) === undefined).toBe(isSound)
})

/** Texts that make engines go back: long runs that fit nearly to the end. */
const hostile = ['a', '1', '-', '.', '/', '@', '%41', 'a.', 'a@', '1:', 'P1', ' ', '::', '"\\ '].flatMap((part) =>
  ['', '!', 'https://', 'a@', '2026-01-01T'].map((other) => {
    const run = part.repeat(Math.floor(limits.eventBytes / part.length) - 20)
    return other === '!' ? `${run}!` : `${other}${run}`
  }),
)
test.each([
  ...formats.map((format) => ({ format })),
  ...patterns.filter(([, isSound]) => isSound).map(([pattern]) => ({ pattern })),
])(
  'PL4 %j ends with every hostile text',
  (keyword) => {
    const find = compileSchema({ properties: { p: keyword } })
    const steps = hostile.map((p) => find({ p }).length)
    expect(steps).toHaveLength(hostile.length)
  },
  10_000,
)
