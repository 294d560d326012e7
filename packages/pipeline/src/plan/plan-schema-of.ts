import type { JsonSchema, PlanEvent, PlanItem, PlanProperties, PlanProperty } from './tracking-plan.ts'

/** ISO 8601: a day, or an instant with or without seconds and time zone. */
const isoDate = '^\\d{4}-\\d{2}-\\d{2}([Tt ]\\d{2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?([Zz]|[+-]\\d{2}:?\\d{2})?)?$'

const schemaOfObject = (properties: PlanProperties | undefined): JsonSchema => {
  if (!properties) return { type: 'object' }
  const names = Object.keys(properties)
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, schemaOfValue(properties[name]!)])),
    required: names.filter((name) => properties[name]!.required),
    additionalProperties: false,
  }
}

const schemaOfValue = (value: PlanProperty | PlanItem): JsonSchema => {
  switch (value.type) {
    case 'object':
      return schemaOfObject(value.properties)
    case 'array':
      return { type: 'array', ...(value.items && { items: schemaOfValue(value.items) }) }
    case 'date':
      return { type: 'string', pattern: isoDate }
    case 'boolean':
      return { type: 'boolean' }
    default:
      return { type: value.type, ...(value.enum && { enum: value.enum }) }
  }
}

/** What an event's `properties` have to be, as JSON Schema, in whichever of its two forms the plan says it. */
export const schemaOf = ({ properties, schema }: PlanEvent): JsonSchema => schema ?? schemaOfObject(properties)
