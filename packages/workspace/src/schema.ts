import { operatorNames, readDuration } from '@spartito/engine'
import { identifierClasses, isObject } from '@spartito/protocol'
import * as v from 'valibot'

/** What an id may be: it becomes part of keys and of webhook ids, so it holds neither a colon nor a dot. */
const id = v.pipe(
  v.string('must be text'),
  v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter or a digit'),
)
const text = v.pipe(v.string('must be text'), v.minLength(1, 'must not be empty'))
const finite = v.pipe(v.number('must be a number'), v.finite('must be a finite number'))
const json = v.custom<string | number | boolean | null>(
  (value) => value === null || ['string', 'number', 'boolean'].includes(typeof value),
  'must be text, a number, true, false or null',
)

const duration = v.pipe(
  text,
  v.check(
    (value) => readDuration(value) !== undefined,
    'must be an ISO 8601 duration of days, hours, minutes or seconds, such as P7D or PT30M',
  ),
)

const comparison = {
  eq: v.optional(json),
  ne: v.optional(json),
  in: v.optional(v.array(json)),
  nin: v.optional(v.array(json)),
  gt: v.optional(finite),
  gte: v.optional(finite),
  lt: v.optional(finite),
  lte: v.optional(finite),
  between: v.optional(v.tuple([finite, finite])),
  contains: v.optional(v.string('must be text')),
  startsWith: v.optional(v.string('must be text')),
  endsWith: v.optional(v.string('must be text')),
  exists: v.optional(v.boolean('must be true or false')),
}

const hasOperator = (value: object): boolean =>
  operatorNames.some((name) => (value as Record<string, unknown>)[name] !== undefined)
const withOperator = <T extends v.GenericSchema>(schema: T) =>
  v.pipe(
    schema,
    v.check((value) => hasOperator(value as object), `needs at least one of ${operatorNames.join(', ')}`),
  )

const path = v.pipe(
  text,
  v.regex(/^(properties|traits|context)(\.[^.[\]]+)+$/, 'must be a path of the event, such as properties.price'),
)

const count = v.pipe(
  v.strictObject({
    eq: v.optional(finite),
    ne: v.optional(finite),
    gt: v.optional(finite),
    gte: v.optional(finite),
    lt: v.optional(finite),
    lte: v.optional(finite),
    between: v.optional(v.tuple([finite, finite])),
  }),
  v.check(hasOperator, 'needs at least one of eq, ne, gt, gte, lt, lte, between'),
)

const eventCondition = v.strictObject({
  event: text,
  where: v.optional(v.array(withOperator(v.strictObject({ path, ...comparison })))),
  count: v.optional(count),
  within: v.optional(duration),
})

const traitCondition = withOperator(v.strictObject({ trait: text, ...comparison }))

const maxDepth = 8
const kinds = ['all', 'any', 'not', 'event', 'trait'] as const

const conditionAt = (depth: number): v.GenericSchema =>
  v.lazy((input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      return v.never('must be a condition: an object with one of all, any, not, event, trait')
    const kind = kinds.find((key) => key in input)
    if (depth > maxDepth) return v.never(`is nested deeper than ${maxDepth} levels: name the inner part as an audience`)
    const inner = conditionAt(depth + 1)
    switch (kind) {
      case 'all':
        return v.strictObject({ all: v.array(inner) })
      case 'any':
        return v.strictObject({ any: v.array(inner) })
      case 'not':
        return v.strictObject({ not: inner })
      case 'event':
        return eventCondition
      case 'trait':
        return traitCondition
      case undefined:
        return v.never('is no condition: it needs one of all, any, not, event, trait')
    }
  })

const purposes = v.optional(v.array(id))

const source = v.strictObject({
  id,
  kind: v.picklist(['browser', 'server'], 'must be browser or server'),
  name: v.optional(text),
  writeKey: v.pipe(text, v.regex(/^[\w-]{6,128}$/, 'must be 6 to 128 letters, digits, _ or -')),
  origins: v.optional(
    v.array(
      v.pipe(
        text,
        v.check(
          (value) => URL.canParse(value) && new URL(value).origin === value,
          'must be an origin, such as https://shop.example',
        ),
      ),
    ),
  ),
  consent: v.optional(
    v.strictObject({ policy: v.optional(v.picklist(['opt-in', 'opt-out'], 'must be opt-in or opt-out')) }),
  ),
  collect: purposes,
  disabled: v.optional(v.boolean('must be true or false')),
})

const identifierType = v.strictObject({
  type: v.pipe(text, v.regex(/^[a-z][a-z0-9_]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and _, beginning with a letter')),
  class: v.picklist(identifierClasses, `must be one of ${identifierClasses.join(', ')}`),
  from: v.optional(
    v.pipe(text, v.regex(/^(traits|properties|context)(\.[^.[\]]+)+$/, 'must be a path such as traits.email')),
  ),
})

const audience = v.strictObject({
  id,
  name: v.optional(text),
  description: v.optional(text),
  expose: v.optional(v.boolean('must be true or false')),
  purposes,
  when: conditionAt(1),
})

const isSecret = (value: unknown): boolean =>
  typeof value === 'string'
    ? /^whsec_[A-Za-z0-9+/=]{16,}$/.test(value)
    : isObject(value) && Object.keys(value).length === 1 && /^[A-Z][A-Z0-9_]*$/.test(String(value.env))

const secret = v.custom<string | { env: string }>(
  isSecret,
  'must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development a text whsec_… with 12 or more bytes in base64',
)

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** https, or in development plain http to this machine (DE5). */
const isTarget = (value: string): boolean => {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username } = new URL(value)
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname)))
}

const destination = v.strictObject({
  id,
  name: v.optional(text),
  type: v.picklist(['webhook'], 'must be webhook'),
  purposes: v.pipe(
    v.array(id),
    v.minLength(1, 'names no purpose: a destination without one cannot be activated (CO3)'),
  ),
  audiences: v.union([v.literal('*'), v.array(id)], 'must be "*" or a list of audience ids'),
  settings: v.strictObject({
    url: v.pipe(text, v.check(isTarget, 'must be an https URL without a user name; http is for this machine alone')),
    secret,
  }),
  disabled: v.optional(v.boolean('must be true or false')),
})

const notYet = (what: string) =>
  v.optional(v.array(v.never(`${what} are not available in this version: leave the list empty`)))

/** The shape of a workspace; what its parts say of one another is checked in `check.ts`. */
export const workspaceSchema = v.strictObject({
  sources: v.pipe(v.array(source), v.minLength(1, 'needs at least one source')),
  purposes: v.optional(v.array(id)),
  identity: v.optional(
    v.strictObject({
      mode: v.optional(v.picklist(['open'], 'must be open: strict is not available in this version')),
      contested: v.optional(v.picklist(['neither'], 'must be neither: last is not available in this version')),
      blocked: v.optional(v.array(text)),
      identifiers: v.optional(v.array(identifierType)),
    }),
  ),
  transformations: notYet('transformations'),
  plan: v.optional(v.strictObject({ events: v.strictObject({}) })),
  audiences: v.optional(v.array(audience)),
  destinations: v.optional(v.array(destination)),
  retention: v.optional(v.strictObject({ anonymous: v.optional(duration) })),
})
