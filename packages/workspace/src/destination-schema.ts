import { destinationKinds } from '@spartito/destinations'
import * as v from 'valibot'
import { where } from './predicate-schema.ts'
import { boolean, id, text } from './texts.ts'

const maxFilters = 100

const filters = v.pipe(
  v.array(v.strictObject({ event: text, where }), 'must be "*" or a list, such as [{"event": "Order Completed"}]'),
  v.minLength(1, 'is empty: leave it out, or name an event'),
  v.maxLength(maxFilters, `may hold ${maxFilters} filters: name the events alone, or "*"`),
)

/** By hand, so that a fault within a filter is told with its path. */
const events = v.lazy((input) => (input === '*' ? v.literal('*') : filters))

const rates = 'must be a number from 0.01 to 10,000, of requests in a second'

const common = {
  id,
  name: v.optional(text),
  purposes: v.pipe(
    v.array(id),
    v.minLength(1, 'names no purpose: a destination without one cannot be activated (CO3)'),
  ),
  audiences: v.union([v.literal('*'), v.array(id)], 'must be "*" or a list of audience ids'),
  events: v.optional(events),
  maxPerSecond: v.optional(v.pipe(v.number(rates), v.minValue(0.01, rates), v.maxValue(10_000, rates))),
  exitsWhenRemoved: v.optional(boolean),
  disabled: v.optional(boolean),
}

const kinds = [...destinationKinds.values()]

/** A destination; its settings are those of its type. */
export const destination = v.variant(
  'type',
  kinds.map(({ type, schema }) => v.strictObject({ ...common, type: v.literal(type), settings: schema })),
  `must be one of ${kinds.map(({ type }) => type).join(', ')}`,
)
