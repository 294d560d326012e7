import { compileWhere, type Predicate } from '@spartito/engine'
import type { Json } from '@spartito/protocol'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../lake/duckdb.ts'
import { literal } from '../../lake/sql-text.ts'
import { ask } from '../../query/column.ts'
import { whereSql } from './filter-sql.ts'

let connection: Awaited<ReturnType<typeof openDatabase>>
beforeAll(async () => {
  connection = await openDatabase()
})

// No backslash beside the quote: once V8 (13.6) has parsed {"\\":1}, it takes the key of {"\"":1} for a backslash, too.
const keys = ['a', 'b', '*', '0', 'x y', '"', "'", '$', 'ü', '__proto__'] as const
/** Mostly the same, so that paths lead somewhere. */
const key = fc.oneof({ weight: 3, arbitrary: fc.constant('a') }, { weight: 1, arbitrary: fc.constantFrom(...keys) })
const scalar = fc.constantFrom<Json>(
  '',
  'A',
  'BA',
  '5',
  5,
  0,
  -0.3,
  1e-7,
  1e21,
  true,
  false,
  null,
  "it's",
  'ü\u0000"\\',
)

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }) as fc.Arbitrary<Json>,
  ),
})).value

const number = fc.constantFrom(5, 0, -0.3, 1e-7, 1e21)
const operators = fc.oneof(
  fc.record({ eq: scalar }),
  fc.record({ ne: scalar }),
  fc.record({ in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ nin: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ gte: number, lt: number }),
  fc.record({ gt: number }),
  fc.record({ lte: number }),
  fc.record({ between: fc.tuple(number, number) }),
  fc.record({ contains: fc.constantFrom<string | number | boolean>('A', '', '5', 5, true) }),
  fc.record({ startsWith: fc.constantFrom('B', '', "it'") }),
  fc.record({ endsWith: fc.constantFrom('A', 's', '"\\') }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ exists: fc.boolean(), ne: scalar }),
)

const step = fc.tuple(key, fc.constantFrom('', '', '[*]', '[*][*]'))
const predicate = fc
  .tuple(fc.array(step, { minLength: 1, maxLength: 2 }), operators, fc.boolean())
  .map(([steps, comparison, isAny]): Predicate => {
    const path = ['properties', ...steps.map(([key, stars]) => `${key}${stars}`)].join('.')
    const quantifier = path.includes('[*]') ? (isAny ? { any: true } : { every: true }) : {}
    return { path, ...quantifier, ...comparison } as Predicate
  })

const cases = fc.tuple(fc.dictionary(key, json, { minKeys: 1, maxKeys: 3 }), predicate)

test('a predicate says in SQL what it says in the engine, whatever JSON comes', async () => {
  const drawn = fc.sample(cases, {
    numRuns: Number(process.env.PREVIEW_PREDICATES ?? 400),
    seed: Number(process.env.PREVIEW_SEED ?? 1),
  })
  for (const [properties, where] of drawn) {
    // What goes over the wire and into the lake is JSON's own text.
    const text = JSON.stringify(properties)
    const engine = compileWhere([where])({ properties: JSON.parse(text) })
    const { rows } = await ask(
      connection,
      `SELECT ${whereSql([where], '')} FROM (SELECT ${literal(text)}::JSON AS properties) e`,
    )
    expect(rows, JSON.stringify({ properties, where })).toEqual([[engine]])
  }
  const truths = drawn.map(([properties, where]) => compileWhere([where])({ properties: properties as Json }))
  expect(truths.filter(Boolean).length).toBeGreaterThan(drawn.length / 20)
})

test('a predicate of an event that is no JSON to SQL is false, and the question goes on', async () => {
  const half = `CASE WHEN json_valid(t) THEN t::JSON END`
  const sql = `SELECT ${whereSql([{ path: 'properties.a', exists: true }], '')} FROM (SELECT ${half} AS properties FROM (SELECT '{"a":"\\ud800"}' AS t)) e`
  expect((await ask(connection, sql)).rows).toEqual([[false]])
})
