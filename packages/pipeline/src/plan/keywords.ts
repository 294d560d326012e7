/** What the value of a keyword has to be. */
export type KeywordValue =
  | 'schema'
  | 'schemas'
  | 'named schemas'
  | 'schemas by pattern'
  | 'type'
  | 'number'
  | 'positive number'
  | 'count'
  | 'names'
  | 'names by name'
  | 'values'
  | 'value'
  | 'pattern'
  | 'format'
  | 'reference'
  | 'text'
  | 'note'
  | 'dialect'

/** The keywords of JSON Schema 2020-12 that a plan may use. */
export const keywords: Readonly<Record<string, KeywordValue>> = {
  $schema: 'dialect',
  $defs: 'named schemas',
  $ref: 'reference',
  $comment: 'text',
  title: 'text',
  description: 'text',
  default: 'note',
  examples: 'note',
  deprecated: 'note',
  readOnly: 'note',
  writeOnly: 'note',
  type: 'type',
  enum: 'values',
  const: 'value',
  properties: 'named schemas',
  patternProperties: 'schemas by pattern',
  additionalProperties: 'schema',
  unevaluatedProperties: 'schema',
  propertyNames: 'schema',
  required: 'names',
  dependentRequired: 'names by name',
  dependentSchemas: 'named schemas',
  minProperties: 'count',
  maxProperties: 'count',
  items: 'schema',
  prefixItems: 'schemas',
  unevaluatedItems: 'schema',
  contains: 'schema',
  minContains: 'count',
  maxContains: 'count',
  minItems: 'count',
  maxItems: 'count',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'positive number',
  minLength: 'count',
  maxLength: 'count',
  pattern: 'pattern',
  format: 'format',
  allOf: 'schemas',
  anyOf: 'schemas',
  oneOf: 'schemas',
  not: 'schema',
  if: 'schema',
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: 'schema',
  else: 'schema',
}

/** Why some keywords of the standard are not among them. */
export const leftOut: Readonly<Record<string, string>> = {
  uniqueItems: 'compares every entry with every other, which a hostile list makes slow',
  $id: 'is not needed: a schema of a plan stands alone',
  $anchor: 'is not needed: refer by #/$defs/NAME',
  $dynamicRef: 'is not available: refer by $ref to #/$defs/NAME',
  $dynamicAnchor: 'is not available: refer by $ref to #/$defs/NAME',
  $vocabulary: 'is not available',
}

export const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

export const formats = ['date-time', 'date', 'time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uuid']

export const dialect = 'https://json-schema.org/draft/2020-12/schema'
