import type { JsonSchema } from '@spartito/workspace'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
}

/** What JSON Schema says of a value as a type, as far as a type can say it; the rest is left to the collector. */
export interface SchemaWriter {
  nameOf: (name: string) => string
  literalOf: (value: unknown) => string
}

const joined = (types: readonly string[], by: ' | ' | ' & '): string => {
  const distinct = [...new Set(types)]
  if (by === ' | ' && distinct.includes('unknown')) return 'unknown'
  const parts = by === ' & ' ? distinct.filter((type) => type !== 'unknown') : distinct
  if (parts.length === 0) return 'unknown'
  return parts.length === 1 ? parts[0]! : parts.map((type) => (/[|&]/.test(type) ? `(${type})` : type)).join(by)
}

/**
 * Writes a schema as TypeScript.
 *
 * @param root the schema that `$ref` refers to; it leads nowhere back to itself
 */
export const schemaType = (schema: unknown, root: JsonSchema, indent: string, writer: SchemaWriter): string => {
  const typeOf = (at: unknown, margin: string): string => schemaType(at, root, margin, writer)
  if (schema === false) return 'never'
  if (!isObject(schema)) return 'unknown'
  const { $ref, const: constant, enum: values, type, allOf, anyOf, oneOf, properties, items } = schema
  const definitions = isObject(root) && isObject(root.$defs) ? root.$defs : {}

  const objectType = (): string => {
    const inner = `${indent}  `
    const required = new Set(Array.isArray(schema.required) ? schema.required : [])
    const known = Object.entries(isObject(properties) ? properties : {})
    const lines = known.map(([name, value]) => {
      const its = typeOf(value, inner)
      return `${inner}${writer.nameOf(name)}${required.has(name) ? `: ${its}` : `?: ${its} | undefined`}\n`
    })
    const isOpen = schema.additionalProperties !== false
    if (lines.length === 0) return isOpen ? 'Record<string, unknown>' : 'Record<string, never>'
    return `{\n${lines.join('')}${isOpen ? `${inner}[name: string]: unknown\n` : ''}${indent}}`
  }
  const named = (name: unknown): string => {
    if (name === 'object') return objectType()
    if (name === 'array') return `ReadonlyArray<${items === undefined ? 'unknown' : typeOf(items, indent)}>`
    return primitives[name as string] ?? 'unknown'
  }

  const parts: string[] = []
  if (typeof $ref === 'string') parts.push(typeOf(definitions[$ref.slice('#/$defs/'.length)], indent))
  if (constant !== undefined) parts.push(writer.literalOf(constant))
  else if (Array.isArray(values)) parts.push(joined(values.map(writer.literalOf), ' | '))
  else if (Array.isArray(type)) parts.push(joined(type.map(named), ' | '))
  else if (type !== undefined || properties !== undefined) parts.push(named(type ?? 'object'))
  if (Array.isArray(allOf)) parts.push(...allOf.map((one) => typeOf(one, indent)))
  for (const some of [anyOf, oneOf])
    if (Array.isArray(some))
      parts.push(
        joined(
          some.map((one) => typeOf(one, indent)),
          ' | ',
        ),
      )
  return joined(parts, ' & ')
}
