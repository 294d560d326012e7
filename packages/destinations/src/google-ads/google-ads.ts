import type { JsonObject } from '@spartito/protocol'
import type { Attempt, Delivery } from '../delivery.ts'
import type { DestinationKind } from '../destination-kind.ts'
import { authorizeByGoogle } from '../google/authorize.ts'
import { personOf } from '../identifiers/person.ts'
import { isStillMember, stillMember } from '../identifiers/still-member.ts'
import { apart, failed, readAnswer } from '../read-answer.ts'
import { hashedEmail, hashedPhone } from './hashed.ts'
import { type GoogleAdsSettings, googleAdsSettings } from './settings.ts'

/** The API's own, for one member. */
const maxIdentifiers = 10

const listOf = (delivery: Delivery, { userLists }: GoogleAdsSettings): string | undefined =>
  delivery.kind === 'change' && Object.hasOwn(userLists, delivery.change.audience)
    ? userLists[delivery.change.audience]
    : undefined

const isEntry = (delivery: Delivery): boolean =>
  delivery.kind === 'change' && delivery.change.type === 'audience.entered'

const identifiersOf = (delivery: Delivery): JsonObject[] => {
  const { emails, phones } = personOf(delivery)
  return [
    ...emails.map((email) => ({ emailAddress: hashedEmail(email) })),
    ...phones.map((phone) => ({ phoneNumber: hashedPhone(phone) })),
  ].slice(0, maxIdentifiers)
}

const skip = (delivery: Delivery, settings: GoogleAdsSettings): string | undefined => {
  if (delivery.kind === 'event') return 'Customer Match takes members, no events'
  if (listOf(delivery, settings) === undefined) return `the settings name no user list for ${delivery.change.audience}`
  if (isStillMember(delivery)) return stillMember
  return identifiersOf(delivery).length === 0
    ? 'the profile has neither an e-mail address nor a telephone number'
    : undefined
}

const consentOf = ({ consent }: GoogleAdsSettings): JsonObject => {
  const told = Object.entries(consent ?? {}).filter(
    (entry): entry is [string, 'granted' | 'denied'] => entry[1] !== undefined,
  )
  return told.length === 0
    ? {}
    : { consent: Object.fromEntries(told.map(([name, state]) => [name, `CONSENT_${state.toUpperCase()}`])) }
}

const account = (accountId: string): JsonObject => ({ accountType: 'GOOGLE_ADS', accountId })

/** A token that has ended is no verdict on what was sent. */
const readGoogle: NonNullable<DestinationKind<GoogleAdsSettings>['read']> = (answer, deliveries, now): Attempt[] => {
  if (answer.status === 401) return deliveries.map(() => failed(answer, 'Google did not take the access token', now))
  return apart(readAnswer(answer, now), deliveries)
}

/**
 * Google Ads Customer Match: members of user lists, added and removed, by the Data Manager API
 * (https://developers.google.com/data-manager/api/reference/rest/v1/audienceMembers/ingest and …/remove, read 2026-11-22; 10,000 members
 * a request, ten identifiers each). Since 2026-04-01 Google takes no new users of Customer Match by the Google Ads API
 * (https://developers.google.com/ads/blog/posts/2026/03/changes-to-customer-match-support-in); besides, its jobs are made, filled and run in
 * three requests with a state between them, while this is one request, as a pure function wants it.
 */
export const googleAds: DestinationKind<GoogleAdsSettings> = {
  type: 'google-ads',
  schema: googleAdsSettings,
  secretNames: () => ['clientSecret', 'refreshToken'],
  takes: ['change'],
  maxBatch: 1_000,
  group: (delivery, settings) => JSON.stringify([isEntry(delivery), listOf(delivery, settings), delivery.isTest]),
  authorize: authorizeByGoogle(({ clientId }, { clientSecret, refreshToken }) => ({
    clientId,
    clientSecret: clientSecret!,
    refreshToken: refreshToken!,
  })),
  skip,
  request(deliveries, settings, { accessToken }) {
    const [first] = deliveries
    const { customerId, loginCustomerId } = settings
    return {
      method: 'POST',
      url: `https://datamanager.googleapis.com/v1/audienceMembers:${isEntry(first) ? 'ingest' : 'remove'}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({
        destinations: [
          {
            operatingAccount: account(customerId),
            ...(loginCustomerId !== undefined && { loginAccount: account(loginCustomerId) }),
            productDestinationId: listOf(first, settings),
          },
        ],
        audienceMembers: deliveries.map((delivery) => ({ userData: { userIdentifiers: identifiersOf(delivery) } })),
        ...(isEntry(first) && {
          ...consentOf(settings),
          termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
        }),
        encoding: 'HEX',
        ...(first.isTest && { validateOnly: true }),
      }),
    }
  },
  read: readGoogle,
}
