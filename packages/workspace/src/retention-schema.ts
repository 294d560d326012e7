import * as v from 'valibot'
import { durationBetween } from './texts.ts'

/** A shorter one would end what is kept between two visits; a longer one is more than an alarm should be set to. */
const days = durationBetween('P1D', 'P3650D')
/** What dry runs are tried on is of these days or of no use. */
const recent = durationBetween('PT1H', 'P30D')

/** Of a source, for what comes by it. */
export const sourceRetention = v.optional(v.strictObject({ events: days, consents: days, quarantine: days, recent }))

/** Of the whole workspace. */
export const workspaceRetention = v.optional(
  v.strictObject({
    anonymous: days,
    events: days,
    consents: days,
    quarantine: days,
    recent,
    changes: days,
    deliveries: days,
    profiles: days,
  }),
)
