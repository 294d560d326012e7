import { type ConditionKind, conditionKinds, kindOf, maxConditionDepth } from '@spartito/engine'
import * as v from 'valibot'
import {
  comparing,
  comparingNumber,
  comparison,
  equality,
  numberComparison,
  singlePath,
  valueComparison,
  where,
  whereCampaign,
} from './predicate-schema.ts'
import { boolean, duration, id, lengthOf, text } from './texts.ts'
import { anyWindow, eventWindow, timeZone } from './window-schema.ts'

const filter = { event: text, where }
const within = v.optional(eventWindow)

const aggregate = v.lazy((input) => {
  const { agg } = input as { agg: unknown }
  const parts = { agg: text, of: singlePath, ...filter, within }
  if (['sum', 'avg', 'min', 'max', 'distinct'].includes(agg as string))
    return comparingNumber(v.strictObject({ ...parts, ...numberComparison }))
  if (agg === 'first' || agg === 'last')
    return comparing(v.strictObject({ ...parts, ...valueComparison }), Object.keys(valueComparison))
  if (agg === 'mode') return comparing(v.strictObject({ ...parts, ...equality }), Object.keys(equality))
  return v.looseObject({
    agg: v.picklist(
      ['sum', 'avg', 'min', 'max', 'distinct', 'first', 'last', 'mode'],
      'must be one of sum, avg, min, max, distinct, first, last, mode',
    ),
  })
})

/** Steps are bits of a number, with one to spare. */
const maxSteps = 16

const inOrder = ({ min, max }: { min?: string | undefined; max?: string | undefined }): boolean =>
  min === undefined || max === undefined || lengthOf(min) <= lengthOf(max)

const sequence = v.strictObject({
  sequence: v.pipe(
    v.array(
      v.strictObject({
        ...filter,
        after: v.optional(
          v.pipe(
            v.strictObject({ min: v.optional(duration), max: v.optional(duration) }),
            v.check(inOrder, 'holds for nothing: min must not be longer than max'),
          ),
        ),
      }),
    ),
    v.minLength(1, 'needs at least one step'),
    v.maxLength(maxSteps, `has more than ${maxSteps} steps: name a part of it as an audience`),
    v.check(([first]) => first?.after === undefined, 'says after what its first step comes: nothing comes before it'),
  ),
  none: v.optional(v.array(v.strictObject(filter))),
  within,
})

const ages = {
  gt: v.optional(duration),
  gte: v.optional(duration),
  lt: v.optional(duration),
  lte: v.optional(duration),
}

const seen = v.pipe(
  v.strictObject({ within: v.optional(anyWindow), before: v.optional(duration) }),
  v.check(({ within: window, before }) => window !== undefined || before !== undefined, 'needs within or before'),
)

/** The conditions that hold no other. */
const leaves: Record<Exclude<ConditionKind, 'all' | 'any' | 'not'>, v.GenericSchema> = {
  event: v.strictObject({
    ...filter,
    count: v.optional(comparingNumber(v.strictObject(numberComparison))),
    within,
  }),
  agg: aggregate,
  sequence,
  recency: comparing(v.strictObject({ recency: v.strictObject(filter), ...ages }), Object.keys(ages)),
  notPerformed: v.strictObject({ notPerformed: text, where, within }),
  days: comparingNumber(
    v.strictObject({ days: v.strictObject({ ...filter, tz: timeZone }), within, ...numberComparison }),
  ),
  trait: comparing(v.strictObject({ trait: text, hasBeenFor: v.optional(duration), ...comparison })),
  firstSeen: v.strictObject({ firstSeen: seen }),
  lastSeen: v.strictObject({ lastSeen: seen }),
  identifier: v.strictObject({ identifier: text, exists: boolean }),
  consent: v.strictObject({
    consent: id,
    is: v.picklist(['granted', 'denied', 'unknown'], 'must be granted, denied or unknown'),
  }),
  audience: v.strictObject({ audience: id, for: v.optional(duration) }),
  touch: v.strictObject({ touch: v.picklist(['first', 'last'], 'must be first or last'), where: whereCampaign }),
  bucket: v.strictObject({ bucket: comparingNumber(v.strictObject({ salt: text, ...numberComparison })) }),
  score: comparingNumber(v.strictObject({ score: text, maxAge: v.optional(duration), ...numberComparison })),
}

const names = conditionKinds.join(', ')

const conditionAt = (depth: number): v.GenericSchema =>
  v.lazy((input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      return v.never(`must be a condition: an object with one of ${names}`)
    if (depth > maxConditionDepth)
      return v.never(`is nested deeper than ${maxConditionDepth} levels: name the inner part as an audience`)
    const kind = kindOf(input)
    const inner = conditionAt(depth + 1)
    switch (kind) {
      case 'all':
        return v.strictObject({ all: v.array(inner) })
      case 'any':
        return v.strictObject({ any: v.array(inner) })
      case 'not':
        return v.strictObject({ not: inner })
      case undefined:
        return v.never(`is no condition: it needs one of ${names}`)
      default:
        return leaves[kind]
    }
  })

export const condition = conditionAt(1)
