import * as v from 'valibot'
import { type Secret, secret } from '../secret.ts'
import { byAudience, text } from '../texts.ts'

export interface GoogleAdsSettings {
  /** the account that owns the lists: ten digits, without dashes */
  customerId: string
  /** the manager account, when the credentials are a user's of that */
  loginCustomerId?: string | undefined
  /** the Customer Match list of each audience, by its id here; others are skipped */
  userLists: Readonly<Record<string, string>>
  /** of an OAuth client of type "web" or "desktop" in a Google Cloud project that has the Data Manager API switched on */
  clientId: string
  clientSecret: Secret
  /** of a user with access to the account, for the scope https://www.googleapis.com/auth/datamanager */
  refreshToken: Secret
  /** that the account has accepted Google's terms of Customer Match, which each request says */
  acceptsCustomerMatchTerms: true
  /** what Google is told about the members' consent; without it Google takes nobody of the European Economic Area */
  consent?:
    | { adUserData?: 'granted' | 'denied' | undefined; adPersonalization?: 'granted' | 'denied' | undefined }
    | undefined
}

const account = v.pipe(
  v.string('must be text'),
  v.regex(/^\d{10}$/, 'must be an account of ten digits, without dashes'),
)
const decision = v.optional(v.picklist(['granted', 'denied'], 'must be granted or denied'))

export const googleAdsSettings = v.strictObject({
  customerId: account,
  loginCustomerId: v.optional(account),
  userLists: byAudience(
    v.pipe(v.string('must be text'), v.regex(/^\d{1,20}$/, 'must be the id of a list, which is digits alone')),
  ),
  clientId: text,
  clientSecret: secret,
  refreshToken: secret,
  acceptsCustomerMatchTerms: v.literal(
    true,
    'must be true: Google asks that its terms of Customer Match are accepted with each request',
  ),
  consent: v.optional(v.strictObject({ adUserData: decision, adPersonalization: decision })),
})
