import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema'
import { isObject, type Json, type JsonObject, type Violation } from '@spartito/protocol'
import type { JsonSchema } from './tracking-plan.ts'

/** A violation with the way to the value that has to go for it. */
export interface Found extends Violation {
  /** from `properties` on */
  place: readonly (string | number)[]
}

/** They say only that a schema within them does not hold, which says so itself. */
const wrappers = new Set([
  ...['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'dependentSchemas'],
  ...['items', 'prefixItems', 'unevaluatedItems', 'allOf', '$ref', 'if'],
])
/** They say it for all that is within them. */
const wholes = new Set(['anyOf', 'oneOf', 'not', 'contains', 'propertyNames'])

const maxMessage = 200

/** The library marks schemas that it has seen, and says of `false` not where it stands: each gets its own copy, without `false`. */
const copied = (schema: unknown): unknown => {
  if (schema === false) return { not: {} }
  if (Array.isArray(schema)) return schema.map(copied)
  if (!isObject(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) =>
      ['enum', 'const', 'default', 'examples', 'deprecated'].includes(keyword)
        ? [keyword, value]
        : [keyword, copied(value)],
    ),
  )
}

const placeOf = (pointer: string, root: Json): (string | number)[] => {
  let at: Json | undefined = root
  return pointer
    .split('/')
    .slice(1)
    .map((step) => {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
      const isPlace: boolean = Array.isArray(at)
      at = Array.isArray(at) ? at[Number(key)] : isObject(at) ? (at as JsonObject)[key] : undefined
      return isPlace ? Number(key) : key
    })
}

export const pathTo = (place: readonly (string | number)[]): string =>
  place.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`), 'properties')

/** The library's sentences as ours: what the value must be, and nothing of the value itself where that can be said. */
const sentences: [keyword: string, its: RegExp, ours: string][] = [
  ['type', /^Instance type "(.*)" is invalid\. Expected "(.*)"\.$/, 'must be $2, not $1'],
  ['enum', /^Instance does not match any of (.*)\.$/s, 'must be one of $1'],
  ['const', /^Instance does not match (.*)\.$/s, 'must be $1'],
  ['pattern', /^.*$/s, 'does not match its pattern'],
  ['format', /^.* format "(.*)"\.$/s, 'is no $1'],
]

const messageOf = ({ keyword, keywordLocation, error }: OutputUnit): string => {
  if (/\/(additional|unevaluated)Properties\/not$/.test(keywordLocation)) return 'is not in the plan'
  if (keyword === 'required') return 'is missing'
  if (keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'not') return `does not meet ${keyword}`
  const [, its, ours] = sentences.find(([name]) => name === keyword) ?? []
  return (its ? error.replace(its, ours!) : error).slice(0, maxMessage)
}

const isWithin = (inner: OutputUnit, outer: OutputUnit): boolean =>
  inner !== outer && inner.keywordLocation.startsWith(`${outer.keywordLocation}/`)

const readError = (error: OutputUnit, properties: JsonObject): Found => {
  const holder = placeOf(error.instanceLocation, properties)
  const missing = error.keyword === 'required' ? /"(.*)"\.$/s.exec(error.error)?.[1] : undefined
  const isUnknown = /\/(additional|unevaluated)Properties\/not$/.test(error.keywordLocation)
  return {
    path: pathTo(missing === undefined ? holder : [...holder, missing]),
    rule: isUnknown ? 'additionalProperties' : error.keyword,
    message: messageOf(error),
    // What is missing cannot go; the object that lacks it can.
    place: holder,
  }
}

/** Compiles a sound schema: what an event's properties have that it does not allow, each once. */
export const compileSchema = (schema: JsonSchema): ((properties: JsonObject) => Found[]) => {
  const validator = new Validator(copied(schema) as Schema, '2020-12', false)
  return (properties) => {
    const { valid, errors } = validator.validate(properties)
    if (valid) return []
    const outer = errors.filter(({ keyword }) => wholes.has(keyword))
    const told = errors.filter(
      (error) => !wrappers.has(error.keyword) && !outer.some((whole) => isWithin(error, whole)),
    )
    const found = told.map((error) => readError(error, properties))
    const seen = new Set<string>()
    return found.filter(({ path, rule }) => !seen.has(`${path} ${rule}`) && seen.add(`${path} ${rule}`))
  }
}
