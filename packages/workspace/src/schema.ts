import { isPhoneCountry } from '@spartito/engine'
import { identifierClasses, limits } from '@spartito/protocol'
import * as v from 'valibot'
import { condition } from './condition-schema.ts'
import { destination } from './destination-schema.ts'
import { identityKey } from './identity-key-schema.ts'
import { planSchema } from './plan-schema.ts'
import { sourceRetention, workspaceRetention } from './retention-schema.ts'
import { boolean, durationBetween, id, text } from './texts.ts'
import { transformations } from './transformation-schema.ts'

const purposes = v.optional(v.array(id))

const budget = v.optional(
  v.pipe(
    v.number('must be a number of events or visitors a minute'),
    v.check(
      (value) => Number.isInteger(value) && value >= 1 && value <= 1e9,
      'must be a whole number from 1 to 1,000,000,000 a minute',
    ),
  ),
)

const law = v.picklist(['opt-in', 'opt-out', 'none'], 'must be opt-in, opt-out or none')

const region = v.pipe(
  text,
  v.regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'must be a country such as DE, or a part of one such as US-CA (ISO 3166)'),
)

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
    v.strictObject({
      policy: v.optional(law),
      byRegion: v.optional(v.array(v.strictObject({ regions: v.array(region), policy: law }))),
      names: v.optional(v.record(text, id)),
    }),
  ),
  collect: purposes,
  identityKeys: v.optional(v.pipe(v.array(identityKey), v.maxLength(10, 'may hold 10 keys: remove old ones'))),
  exposeTraits: v.optional(v.array(text)),
  ip: v.optional(v.picklist(['truncate', 'drop', 'keep'], 'must be truncate, drop or keep')),
  sample: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(1, 'must be from 1 to 1000'),
      v.maxValue(1_000, 'must be from 1 to 1000'),
    ),
  ),
  bots: v.optional(v.picklist(['exclude', 'keep'], 'must be exclude or keep')),
  budgets: v.optional(v.strictObject({ newVisitors: budget, visitorEvents: budget, events: budget })),
  retention: sourceRetention,
  rights: v.optional(v.strictObject({ export: v.optional(boolean), forget: durationBetween('PT1S', 'P30D') })),
  disabled: v.optional(boolean),
})

const identifierType = v.strictObject({
  type: v.pipe(text, v.regex(/^[a-z][a-z0-9_]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and _, beginning with a letter')),
  class: v.picklist(identifierClasses, `must be one of ${identifierClasses.join(', ')}`),
  from: v.optional(
    v.pipe(text, v.regex(/^(traits|properties|context)(\.[^.[\]]+)+$/, 'must be a path such as traits.email')),
  ),
  country: v.optional(
    v.pipe(text, v.check(isPhoneCountry, 'must be a country by its two letters (ISO 3166-1), such as DE or US')),
  ),
})

const audience = v.strictObject({
  id,
  name: v.optional(text),
  description: v.optional(text),
  expose: v.optional(boolean),
  purposes,
  when: condition,
})

/** The shape of a workspace; what its parts say of one another is checked in `check.ts`. */
export const workspaceSchema = v.strictObject({
  sources: v.pipe(v.array(source), v.minLength(1, 'needs at least one source')),
  purposes: v.optional(v.array(id)),
  identity: v.optional(
    v.strictObject({
      mode: v.optional(v.picklist(['open', 'strict'], 'must be open or strict')),
      contested: v.optional(v.picklist(['neither', 'last'], 'must be neither or last')),
      blocked: v.optional(
        v.array(
          v.pipe(
            text,
            v.maxLength(
              limits.identifierLength,
              `must have at most ${limits.identifierLength} characters, as identifiers have`,
            ),
          ),
        ),
      ),
      identifiers: v.optional(v.array(identifierType)),
    }),
  ),
  transformations: v.optional(transformations),
  plan: v.optional(planSchema),
  audiences: v.optional(v.array(audience)),
  destinations: v.optional(v.array(destination)),
  retention: workspaceRetention,
})
