import { type EventFilter, isWildcard, type Predicate } from '@spartito/engine'
import { literal } from '../../lake/sql-text.ts'
import { allOf, comparisonSql } from './compare-sql.ts'
import { keysSql } from './json-sql.ts'
import { NotPreviewed } from './not-previewed.ts'

/** The parts of an event that are JSON. */
const documents: readonly string[] = ['properties', 'traits', 'context']
const texts: Readonly<Record<string, string>> = { name: 'name', groupId: 'group_id', source: 'source' }

/** Where paths begin: columns of an event `e`, or what stands for one of them. */
export type Root = (name: string, path: string) => string

export const ofEvent: Root = (name, path) => {
  if (documents.includes(name)) return `e.${name}`
  const column = texts[name]
  if (column === undefined) throw new NotPreviewed(path, `the lake has no column for an event's ${name}`)
  return `to_json(e.${column})`
}

const keysOf = (text: string): string[] => text.split('.').filter((key) => key !== '')

/** The one value at a path, as JSON. @param at where the path stands in the condition */
export const valueSql = (path: string, at: string, root: Root = ofEvent): string => {
  const [first = '', ...keys] = path.split('.')
  return keysSql(root(first, at), keys)
}

/** All values of a path with `[*]`, as a list; NULL for one that is missing. What is no list is one missing value. */
const valuesSql = (path: string, at: string, root: Root): string => {
  const [head = '', ...tails] = path.split('[*]')
  const entries = (json: string): string =>
    `CASE WHEN json_type(${json}) = 'ARRAY' THEN json_extract(${json}, '$[*]') ELSE [CAST(NULL AS JSON)] END`
  return tails.reduce(
    (list, tail, index) => {
      const inner = `list_transform(${list}, lambda entry: ${keysSql('entry', keysOf(tail))})`
      const isLast = index === tails.length - 1
      return isLast ? inner : `flatten(list_transform(${inner}, lambda entry: ${entries('entry')}))`
    },
    entries(valueSql(head, at, root)),
  )
}

const predicateSql = (predicate: Predicate, at: string, root: Root): string => {
  const { path } = predicate
  if (!isWildcard(path)) return comparisonSql(valueSql(path, at, root), predicate)
  const meets = `list_transform(${valuesSql(path, at, root)}, lambda value: ${comparisonSql('value', predicate)})`
  return predicate.every ? `coalesce(list_bool_and(${meets}), true)` : `coalesce(list_bool_or(${meets}), false)`
}

/** Whether ALL predicates hold. @param at where they stand in the condition */
export const whereSql = (where: readonly Predicate[] = [], at: string, root: Root = ofEvent): string =>
  allOf(where.map((predicate, index) => predicateSql(predicate, `${at}.where[${index}].path`, root)))

/** Whether an event `e` is one that a filter is about. */
export const filterSql = ({ event, where = [] }: EventFilter, at: string): string =>
  allOf([`e.event_name = ${literal(event)}`, ...(where.length === 0 ? [] : [whereSql(where, at)])])
