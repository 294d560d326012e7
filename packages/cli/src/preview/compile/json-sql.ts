import { literal } from '../../lake/sql-text.ts'

/** What neither form of DuckDB's paths takes as it is: between quotes `*` is every key, and a quote ends the key. */
const isSpecial = (key: string): boolean => /["\\*]/.test(key)

/** One key as a JSON pointer, which would count in a list if the key were a number; a special one is none. */
const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/**
 * What an expression of JSON has under keys, one within the other; NULL where it has nothing, and JSON's null where it has that.
 * A list has no keys.
 */
export const keysSql = (json: string, keys: readonly string[]): string => {
  const [first, ...rest] = keys
  if (first === undefined) return json
  if (isSpecial(first)) return keysSql(`json_extract(${json}, ${literal(pointer(first))})`, rest)
  const special = keys.findIndex(isSpecial)
  const plain = special < 0 ? keys : keys.slice(0, special)
  const path = plain.map((key) => `."${key}"`).join('')
  return keysSql(`json_extract(${json}, ${literal(`$${path}`)})`, keys.slice(plain.length))
}

/** A number as a DOUBLE of SQL: the same one, since both read the shortest text that names it. */
export const doubleSql = (value: number): string => `CAST('${value}' AS DOUBLE)`

/** A value of JSON as a DOUBLE; NULL for what is no number. */
export const numberOf = (json: string): string =>
  `CASE WHEN json_type(${json}) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN TRY_CAST(${json} AS DOUBLE) END`

/** A value of JSON as text; NULL for what is no text. */
export const textOf = (json: string): string => `CASE WHEN json_type(${json}) = 'VARCHAR' THEN ${json} ->> '$' END`
