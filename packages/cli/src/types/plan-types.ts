import type { JsonSchema, PlanItem, PlanProperties, PlanProperty, TrackingPlan } from '@spartito/workspace'
import { schemaType } from './schema-type.ts'

const quote = (text: string): string => `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'")}'`

const nameOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name))

const comment = (text: string | undefined, indent: string): string => {
  if (text === undefined) return ''
  const lines = text.replaceAll('*/', '*\\/').split(/\r?\n/)
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}

const objectType = (properties: PlanProperties | undefined, indent: string): string => {
  if (!properties) return 'Record<string, unknown>'
  const inner = `${indent}  `
  const lines = Object.entries(properties).map(([name, property]) => {
    const type = typeOf(property, inner)
    // what is undefined is not sent: it may be written all the same
    const end = property.required ? `: ${type}` : `?: ${type} | undefined`
    return `${comment(property.description, inner)}${inner}${nameOf(name)}${end}\n`
  })
  return lines.length ? `{\n${lines.join('')}${indent}}` : 'Record<string, never>'
}

/** The type of a property, or of an array's elements. */
const typeOf = (property: PlanProperty | PlanItem, indent: string): string => {
  switch (property.type) {
    case 'string':
      return property.enum?.map(quote).join(' | ') ?? 'string'
    case 'number':
    case 'integer':
      return property.enum?.join(' | ') ?? 'number'
    case 'boolean':
      return 'boolean'
    case 'date':
      return 'Date | string'
    case 'object':
      return objectType(property.properties, indent)
    case 'array':
      return `ReadonlyArray<${property.items ? typeOf(property.items, indent) : 'unknown'}>`
  }
}

/** A value of JSON that a schema names; what is no scalar is left to the collector. */
const literalOf = (value: unknown): string => {
  if (typeof value === 'string') return quote(value)
  return value === null || typeof value !== 'object' ? String(value) : 'unknown'
}

/** What `track` takes for it: an object, whatever else the schema says. */
const eventType = (schema: JsonSchema): string => {
  const type = schemaType(schema, schema, '  ', { nameOf, literalOf })
  return type === 'unknown' ? 'Record<string, unknown>' : type
}

/**
 * A tracking plan as the TypeScript that `createClient<Plan>()` takes: an event or a property that it does not have is an error of types.
 * Pure: the same plan gives the same text.
 */
export const planTypes = ({ events }: TrackingPlan): string => {
  const lines = Object.entries(events).map(
    ([name, { description, properties, schema }]) =>
      `${comment(description, '  ')}  ${nameOf(name)}: ${schema === undefined ? objectType(properties, '  ') : eventType(schema)}\n`,
  )
  const head = "// Written by `spartito types` from the workspace's tracking plan: change that, and write this again."
  return `${head}\n\nexport interface Plan {\n${lines.join('')}}\n`
}
