import * as v from 'valibot'
import { type Secret, secret } from '../secret.ts'
import { text } from '../texts.ts'
import { isEventName } from './names.ts'

export interface Ga4Settings {
  /** of the web stream: `G-…` */
  measurementId: string
  /** the stream's Measurement Protocol API secret */
  secret: Secret
  /** `eu` sends to Google's collection in the European Union; `global` when left out */
  region?: 'global' | 'eu' | undefined
  /** GA4's name for an event, by its name here; beside or instead of those that are built in */
  names?: Readonly<Record<string, string>> | undefined
  /** what Google is told about consent to its own uses of the data; nothing when left out */
  consent?:
    | { adUserData?: 'granted' | 'denied' | undefined; adPersonalization?: 'granted' | 'denied' | undefined }
    | undefined
  /** who is erased here is then deleted there (SPEC CO7), when this is set */
  deletion?:
    | {
        /** the number of the property, as its settings in Google Analytics show it */
        propertyId: string
        /** of an OAuth client of type "web" or "desktop" in a Google Cloud project that has the Google Analytics Admin API switched on */
        clientId: string
        clientSecret: Secret
        /** of a user who may edit the property, for the scope https://www.googleapis.com/auth/analytics.edit */
        refreshToken: Secret
      }
    | undefined
}

const decision = v.optional(v.picklist(['granted', 'denied'], 'must be granted or denied'))

export const ga4Settings = v.strictObject({
  measurementId: v.pipe(
    v.string('must be text'),
    v.regex(/^G-[A-Z0-9]{4,20}$/, 'must be a measurement id, such as G-ABC1234567'),
  ),
  secret,
  region: v.optional(v.picklist(['global', 'eu'], 'must be global or eu')),
  names: v.optional(
    v.record(
      v.string(),
      v.pipe(
        v.string('must be text'),
        v.check(
          isEventName,
          'is no event name of GA4: 1 to 40 letters, digits and _, beginning with a letter, and none of its own',
        ),
      ),
      'must be an object of names',
    ),
  ),
  consent: v.optional(v.strictObject({ adUserData: decision, adPersonalization: decision })),
  deletion: v.optional(
    v.strictObject({
      propertyId: v.pipe(
        v.string('must be text'),
        v.regex(/^\d{1,20}$/, 'must be the number of a property, such as "123456789"; the measurement id is another'),
      ),
      clientId: text,
      clientSecret: secret,
      refreshToken: secret,
    }),
  ),
})
