import type { Comparison, NumberComparison } from '@spartito/engine'
import { literal } from '../../lake/sql-text.ts'
import { doubleSql, numberOf, textOf } from './json-sql.ts'

type Scalar = string | number | boolean | null

/** Claims of which ALL have to hold; one that SQL cannot tell (NULL) does not. */
export const allOf = (claims: readonly string[]): string =>
  claims.length === 0 ? 'true' : `(${claims.map((claim) => `coalesce(${claim}, false)`).join(' AND ')})`

const anyOf = (claims: readonly string[]): string =>
  claims.length === 0 ? 'false' : `(${claims.map((claim) => `coalesce(${claim}, false)`).join(' OR ')})`

const equals = (json: string, against: Scalar): string => {
  if (against === null) return `json_type(${json}) = 'NULL'`
  if (typeof against === 'number') return `${numberOf(json)} = ${doubleSql(against)}`
  if (typeof against === 'boolean')
    return `(json_type(${json}) = 'BOOLEAN' AND TRY_CAST(${json} AS BOOLEAN) = ${against})`
  return `${textOf(json)} = ${literal(against)}`
}

const contains = (json: string, against: string | number | boolean): string => {
  const inList = `(json_type(${json}) = 'ARRAY' AND list_bool_or(list_transform(json_extract(${json}, '$[*]'), lambda entry: coalesce(${equals('entry', against)}, false))))`
  return typeof against === 'string' ? anyOf([inList, `contains(${textOf(json)}, ${literal(against)})`]) : inList
}

const orders = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** The orders of a comparison, each as a claim about a number. @param threshold writes a number as the expression's own type */
const orderClaims = (
  number: string,
  comparison: NumberComparison | Comparison,
  threshold: (value: number) => string,
): string[] => {
  const claims = (['gt', 'gte', 'lt', 'lte'] as const).flatMap((name) => {
    const against = comparison[name]
    return against === undefined ? [] : [`${number} ${orders[name]} ${threshold(against)}`]
  })
  const { between } = comparison
  return between
    ? [...claims, `${number} >= ${threshold(between[0])}`, `${number} <= ${threshold(between[1])}`]
    : claims
}

/**
 * Whether a number meets ALL comparisons; not if it is NULL.
 *
 * @param number an expression of SQL
 * @param threshold writes a number as the expression's own type; a DOUBLE when left out
 */
export const numberComparisonSql = (
  number: string,
  comparison: NumberComparison,
  threshold: (value: number) => string = doubleSql,
): string => {
  const claims = orderClaims(number, comparison, threshold)
  if (comparison.eq !== undefined) claims.push(`${number} = ${threshold(comparison.eq)}`)
  if (comparison.ne !== undefined) claims.push(`${number} <> ${threshold(comparison.ne)}`)
  return allOf(claims)
}

/** Whether a value meets ALL comparisons, as the engine compares: nothing is coerced, and what is missing meets `exists: false` alone. */
export const comparisonSql = (json: string, comparison: Comparison): string => {
  const { eq, ne, in: members, nin, contains: part, startsWith, endsWith, exists } = comparison
  const claims = orderClaims(numberOf(json), comparison, doubleSql)
  const isThere = `${json} IS NOT NULL`
  if (eq !== undefined) claims.push(equals(json, eq))
  if (ne !== undefined) claims.push(`(${isThere} AND NOT ${anyOf([equals(json, ne)])})`)
  if (members !== undefined) claims.push(anyOf(members.map((member) => equals(json, member))))
  if (nin !== undefined) claims.push(`(${isThere} AND NOT ${anyOf(nin.map((member) => equals(json, member)))})`)
  if (part !== undefined) claims.push(contains(json, part))
  if (startsWith !== undefined) claims.push(`starts_with(${textOf(json)}, ${literal(startsWith)})`)
  if (endsWith !== undefined) claims.push(`ends_with(${textOf(json)}, ${literal(endsWith)})`)
  if (exists !== undefined) claims.push(exists ? isThere : `${json} IS NULL`)
  return allOf(claims)
}
