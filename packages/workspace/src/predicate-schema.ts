import { isWildcard, numberOperatorNames, operatorNames } from '@spartito/engine'
import * as v from 'valibot'
import { boolean, text } from './texts.ts'

const finite = v.pipe(v.number('must be a number'), v.finite('must be a finite number'))
const scalar = v.custom<string | number | boolean | null>(
  (value) => value === null || ['string', 'number', 'boolean'].includes(typeof value),
  'must be text, a number, true, false or null',
)
const scalars = v.array(scalar)

const range = v.pipe(
  v.tuple([finite, finite], 'must be two numbers'),
  v.check(([low, high]) => low <= high, 'holds for nothing: put the lower number first'),
)

/** The comparisons that a number takes. */
export const numberComparison = {
  eq: v.optional(finite),
  ne: v.optional(finite),
  gt: v.optional(finite),
  gte: v.optional(finite),
  lt: v.optional(finite),
  lte: v.optional(finite),
  between: v.optional(range),
}

/** The comparisons that say whether a value equals. */
export const equality = {
  eq: v.optional(scalar),
  ne: v.optional(scalar),
  in: v.optional(scalars),
  nin: v.optional(scalars),
}

/** All comparisons of a value that is there. */
export const valueComparison = {
  ...numberComparison,
  ...equality,
  contains: v.optional(
    v.custom<string | number | boolean>(
      (value) => ['string', 'number', 'boolean'].includes(typeof value),
      'must be text, a number, true or false',
    ),
  ),
  startsWith: v.optional(v.string('must be text')),
  endsWith: v.optional(v.string('must be text')),
}

export const comparison = { ...valueComparison, exists: v.optional(boolean) }

/** Refuses an object that compares nothing. */
export const comparing = <T extends v.GenericSchema>(schema: T, names: readonly string[] = operatorNames) =>
  v.pipe(
    schema,
    v.check(
      (value) => {
        const given = value as Record<string, unknown>
        return names.some((name) => given[name] !== undefined)
      },
      `needs at least one of ${names.join(', ')}`,
    ),
  )

export const comparingNumber = <T extends v.GenericSchema>(schema: T) => comparing(schema, numberOperatorNames)

const own = '(name|category|groupId|source)'
const step = String.raw`\.[^.[\]]+(\[\*\])*`
const eventPath = new RegExp(`^(${own}|(properties|traits|context)(${step})+)$`)

/** A path that stands for one value. */
export const singlePath = v.pipe(
  text,
  v.regex(eventPath, 'must be a path of the event, such as properties.price'),
  v.check((value) => !isWildcard(value), 'must stand for one value, without [*]'),
)

const predicatePath = (pattern: RegExp, example: string) =>
  v.pipe(text, v.regex(pattern, `must be a path of the event, such as ${example}`))

const predicateAt = (path: v.GenericSchema<string>) =>
  v.pipe(
    comparing(
      v.strictObject({
        path,
        any: v.optional(v.literal(true, 'must be true, or left out')),
        every: v.optional(v.literal(true, 'must be true, or left out')),
        ...comparison,
      }),
    ),
    v.check((value) => {
      const { path: of, any, every } = value as { path: string; any?: true; every?: true }
      return isWildcard(of) ? Number(any ?? false) + Number(every ?? false) === 1 : !any && !every
    }, 'needs "any": true or "every": true when its path holds [*], one of them, and neither when it does not'),
  )

/** Predicates on an event, of which ALL have to hold. */
export const where = v.optional(v.array(predicateAt(predicatePath(eventPath, 'properties.price'))))

/** Predicates on a campaign. */
export const whereCampaign = v.optional(
  v.array(predicateAt(predicatePath(new RegExp(`^context\\.campaign(${step})+$`), 'context.campaign.source'))),
)
