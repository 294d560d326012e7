import {
  castTypes,
  decisionEvent,
  kindOfStep,
  normalForms,
  type StepKind,
  stepKinds,
  templateFields,
} from '@spartito/pipeline'
import { eventTypes, isObject, limits } from '@spartito/protocol'
import * as v from 'valibot'
import { where } from './predicate-schema.ts'
import { id, text } from './texts.ts'

const maxTransformations = 100
const maxSteps = 200
const maxEntries = 1_000
const maxTemplate = 2_000

const key = String.raw`\.[^.[\]]+`
const reserved = /(^|\.)(__proto__|constructor|prototype)(\.|\[|$)/
const inside = (lists: string): string => `(properties|traits|context)(${key}${lists})+`
const written = `userId|groupId|name|category`

/** What the server owns, and what visitors have decided, no step may write (SPEC TR1). */
const isOwned = (path: string): boolean => /^context\.consent(\.|\[|$)/.test(path)

const pathOf = (pattern: RegExp, says: string) =>
  v.pipe(
    text,
    v.regex(pattern, says),
    v.check((path) => !reserved.test(path), 'has a name that no property of an event has'),
    v.check(
      (path) => path.split(/[.[]/).every((name) => name.length <= limits.nameLength),
      `has a name longer than ${limits.nameLength} characters, which no property has`,
    ),
  )

const fieldsSay =
  'must be a field such as properties.price or properties.items[*].price, or userId, groupId, name or category'
const decided = v.check<string, string>(
  (path) => !isOwned(path),
  'is what a visitor has decided, which no transformation may change',
)

/** A field to change; `[*]` stands for every entry of a list. */
const field = v.pipe(pathOf(new RegExp(`^(${written}|${inside(String.raw`(\[\*\])*`)})$`), fieldsSay), decided)
/** One place to set. */
const target = v.pipe(
  pathOf(new RegExp(`^(${written}|${inside('')})$`), 'must be one field such as properties.price, without [*]'),
  decided,
)
/** One place to read. */
const source = pathOf(
  new RegExp(`^(${written}|event|type|source|anonymousId|${inside('')})$`),
  'must be one field such as properties.price, without [*]',
)

const fields = v.union(
  [field, v.pipe(v.array(field), v.minLength(1), v.maxLength(maxEntries))],
  `${fieldsSay}; or a list of such fields`,
)

const scalar = v.custom<string | number | boolean | null>(
  (value) => value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value),
  'must be text, a number, true, false or null',
)

const names = ['__proto__', 'constructor', 'prototype']

/** An object of so many entries. A record of valibot leaves the reserved names out without a word, so they are refused first. */
const table = <Schema extends v.GenericSchema>(name: v.GenericSchema<string, string>, schema: Schema) =>
  v.pipe(
    v.custom<Record<string, unknown>>(isObject, 'must be an object'),
    v.check((entries) => Object.keys(entries).length > 0, 'is empty: remove the step, or say what it does'),
    v.check((entries) => Object.keys(entries).length <= maxEntries, `has more than ${maxEntries} entries`),
    v.check(
      (entries) => !names.some((one) => Object.hasOwn(entries, one)),
      `may not have the names ${names.join(', ')}`,
    ),
    v.record(name, schema),
  )

const eventName = v.pipe(
  text,
  v.maxLength(limits.nameLength, `is longer than ${limits.nameLength} characters, which no name may be`),
  v.check((name) => name !== decisionEvent, 'is the decision on consent, which has this name alone'),
)

const listOf = (path: string): string => path.slice(0, path.lastIndexOf('[*]') + 3)
const staysInEntry = (from: string, to: string): boolean =>
  from.includes('[*]') || to.includes('[*]')
    ? from.includes('[*]') && listOf(from) === listOf(to) && !from.endsWith('[*]') && !to.endsWith('[*]')
    : true

const template = v.pipe(
  text,
  v.maxLength(maxTemplate, `is longer than ${maxTemplate} characters`),
  v.check(
    (value) => templateFields(value).every((path) => v.is(source, path)),
    'names in braces what is no field: write {properties.price}',
  ),
)

const when = v.optional(
  v.strictObject({
    type: v.optional(
      v.union(
        [v.picklist(eventTypes), v.array(v.picklist(eventTypes))],
        `must be one of ${eventTypes.join(', ')}, or a list`,
      ),
    ),
    event: v.optional(
      v.union([text, v.pipe(v.array(text), v.maxLength(maxEntries))], 'must be a name, or a list of names'),
    ),
    where,
  }),
)

const steps: Record<StepKind, v.GenericSchema> = {
  renameEvent: v.strictObject({ renameEvent: table(eventName, eventName), when }),
  rename: v.strictObject({
    rename: v.pipe(
      table(field, field),
      v.check(
        (names) => Object.entries(names).every(([from, to]) => staysInEntry(from, to)),
        'moves a field out of its entry: within a list both names begin alike, up to the last [*]',
      ),
    ),
    when,
  }),
  mapValues: v.strictObject({
    mapValues: field,
    to: table(v.string(), scalar),
    otherwise: v.optional(v.picklist(['keep', 'drop', 'fail'], 'must be keep, drop or fail')),
    when,
  }),
  cast: v.strictObject({
    cast: table(field, v.picklist(castTypes, `must be one of ${castTypes.join(', ')}`)),
    when,
  }),
  normalize: v.strictObject({
    normalize: fields,
    by: v.pipe(
      v.array(v.picklist(normalForms, `must be one of ${normalForms.join(', ')}`)),
      v.minLength(1, 'names no form'),
      v.maxLength(normalForms.length, 'names more forms than there are'),
    ),
    when,
  }),
  derive: v.pipe(
    v.strictObject({
      derive: target,
      from: v.optional(source),
      template: v.optional(template),
      value: v.optional(scalar),
      when,
    }),
    v.check(
      ({ from, template: its, value }) => [from, its, value].filter((one) => one !== undefined).length === 1,
      'needs one of from, template and value',
    ),
  ),
  hash: v.strictObject({ hash: fields, when }),
  drop: v.strictObject({ drop: fields, when }),
  dropEvent: v.pipe(
    v.strictObject({ dropEvent: v.literal(true, 'must be true'), when }),
    v.check(({ when: its }) => its !== undefined, 'needs when: to drop every event, disable the source'),
  ),
  route: v.strictObject({ route: id, when }),
}

const step = v.lazy((input) => {
  const kind = isObject(input) ? kindOfStep(input) : undefined
  return kind ? steps[kind] : v.never(`must be a step: an object with exactly one of ${stepKinds.join(', ')}`)
})

/** The shape of transformations (SPEC TR); that their sources exist is checked beside it. */
export const transformations = v.pipe(
  v.array(
    v.strictObject({
      sources: v.pipe(v.array(id), v.minLength(1, 'names no source')),
      description: v.optional(text),
      steps: v.pipe(
        v.array(step),
        v.minLength(1, 'has no step'),
        v.maxLength(maxSteps, `has more than ${maxSteps} steps`),
      ),
    }),
  ),
  v.maxLength(maxTransformations, `has more than ${maxTransformations} entries`),
)
