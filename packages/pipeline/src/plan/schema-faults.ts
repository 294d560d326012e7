import { isObject, limits } from '@spartito/protocol'
import { dialect, formats, type KeywordValue, keywords, leftOut, types } from './keywords.ts'
import { patternFault } from './pattern-cost.ts'

/** Where in the schema, and what is wrong. */
export interface SchemaFault {
  keys: (string | number)[]
  message: string
}

const maxDepth = 32
/** Schemas within one, each as often as `$ref` brings it. */
const maxSchemas = 2_000
const maxValues = 1_000
const maxPattern = 1_000
const reserved = ['__proto__', 'constructor', 'prototype']
/** More faults help nobody. */
const maxFaults = 20

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= maxValues && value.every((name) => typeof name === 'string')

const typeFault = (value: unknown): string | undefined => {
  const named = Array.isArray(value) ? value : [value]
  const isSound =
    named.length > 0 && named.every((type) => types.includes(type)) && new Set(named).size === named.length
  return isSound ? undefined : `must be one of ${types.join(', ')}, or a list of them`
}

/** Of keywords that hold no schema. */
const plainFaults: Partial<Record<KeywordValue, (value: unknown) => string | undefined>> = {
  type: typeFault,
  number: (value) => (isNumber(value) ? undefined : 'must be a number'),
  'positive number': (value) => (isNumber(value) && value > 0 ? undefined : 'must be a number above 0'),
  count: (value) => (isCount(value) ? undefined : 'must be a whole number, 0 or more'),
  names: (value) => (isNames(value) ? undefined : `must be a list of at most ${maxValues} names`),
  'names by name': (value) =>
    isObject(value) && Object.values(value).every(isNames) ? undefined : 'must be an object of lists of names',
  values: (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= maxValues
      ? undefined
      : `must be a list of 1 to ${maxValues} values`,
  text: (value) => (typeof value === 'string' ? undefined : 'must be text'),
  dialect: (value) => (value === dialect ? undefined : `must be ${dialect}: plans are JSON Schema 2020-12`),
  format: (value) => (formats.includes(value as string) ? undefined : `must be one of ${formats.join(', ')}`),
  pattern: (value) => {
    if (typeof value !== 'string') return 'must be text'
    return value.length > maxPattern ? `is longer than ${maxPattern} characters` : patternFault(value)
  },
}

const definitionOf = (reference: unknown): string | undefined =>
  typeof reference === 'string' && reference.startsWith('#/$defs/') && !/[~%/]/.test(reference.slice(8))
    ? reference.slice(8)
    : undefined

/**
 * What is wrong with a schema of an event's `properties`: keywords that are unknown or not available, and whatever could make the check of
 * an event slow or endless (SPEC PL): costly patterns, references that lead back to themselves, schemas that are deep or large.
 */
export const schemaFaults = (schema: unknown): SchemaFault[] => {
  const faults: SchemaFault[] = []
  const say = (keys: (string | number)[], message: string): void => {
    if (faults.length < maxFaults) faults.push({ keys, message })
  }
  const definitions = isObject(schema) && isObject(schema.$defs) ? schema.$defs : {}
  /** how many schemas a definition stands for; undefined while it is counted, so that a way back is seen */
  const sizes = new Map<string, number | undefined>()

  const sizeOfDefinition = (name: string, keys: (string | number)[], depth: number): number => {
    if (sizes.has(name)) {
      const size = sizes.get(name)
      if (size === undefined) say(keys, 'leads back to itself: say how deep it may be by writing the levels out')
      return size ?? 0
    }
    sizes.set(name, undefined)
    const size = walk(definitions[name], ['$defs', name], depth)
    sizes.set(name, size)
    return size
  }

  const named = (value: unknown, keys: (string | number)[], depth: number, isPattern: boolean): number => {
    if (!isObject(value)) {
      say(keys, 'must be an object of schemas')
      return 0
    }
    return Object.entries(value).reduce((sum, [name, inner]) => {
      const at = [...keys, name]
      if (reserved.includes(name)) say(at, 'is a name that no property of an event has')
      if (isPattern) {
        const fault = name.length > maxPattern ? `is longer than ${maxPattern}` : patternFault(name, limits.nameLength)
        if (fault) say(at, fault)
      }
      return sum + walk(inner, at, depth)
    }, 0)
  }

  const sizeOf = (kind: KeywordValue, value: unknown, keys: (string | number)[], depth: number): number => {
    if (kind === 'schema') return walk(value, keys, depth)
    if (kind === 'named schemas' || kind === 'schemas by pattern')
      return named(value, keys, depth, kind === 'schemas by pattern')
    if (kind === 'schemas') {
      if (Array.isArray(value) && value.length > 0)
        return value.reduce<number>((sum, inner, place) => sum + walk(inner, [...keys, place], depth), 0)
      say(keys, 'must be a list of schemas')
      return 0
    }
    if (kind === 'reference') {
      const name = definitionOf(value)
      if (name !== undefined && Object.hasOwn(definitions, name)) return sizeOfDefinition(name, keys, depth)
      say(keys, 'must be #/$defs/NAME, of a definition that the schema has in its $defs')
      return 0
    }
    const fault = plainFaults[kind]?.(value)
    if (fault) say(keys, fault)
    return 0
  }

  const walk = (at: unknown, keys: (string | number)[], depth: number): number => {
    if (typeof at === 'boolean') return 1
    if (!isObject(at)) {
      say(keys, 'must be a schema: an object, true or false')
      return 1
    }
    if (depth > maxDepth) {
      say(keys, `is nested deeper than ${maxDepth} levels`)
      return 1
    }
    let size = 1
    for (const [keyword, value] of Object.entries(at)) {
      const its = [...keys, keyword]
      const kind = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined
      if (keyword === '$defs') {
        if (keys.length > 0) say(its, 'stands at the top of the schema alone')
        else if (!isObject(value)) say(its, 'must be an object of schemas')
        else for (const name of Object.keys(value)) sizeOfDefinition(name, [...its, name], 2)
      } else if (kind) size += sizeOf(kind, value, its, depth + 1)
      else if (Object.hasOwn(leftOut, keyword)) say(its, leftOut[keyword]!)
      else say(its, 'is no keyword of JSON Schema 2020-12 that a plan may use: remove it, or mend its name')
    }
    return size
  }

  const size = walk(schema, [], 1)
  if (size > maxSchemas)
    say([], `holds ${size} schemas, counted as often as $ref brings them, and ${maxSchemas} are allowed`)
  if (isObject(schema) && schema.type !== undefined && schema.type !== 'object')
    say(['type'], 'must be object: a plan is about the properties of an event')
  return faults
}
