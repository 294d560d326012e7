import { type ErasedPerson, valuesOf } from '../deletion.ts'
import type { Deletion, DestinationAnswer, DestinationRequest } from '../destination-kind.ts'
import { authorizeByGoogle } from '../google/authorize.ts'
import { failed, readAnswer } from '../read-answer.ts'
import type { Ga4Settings } from './settings.ts'

/** What GA4 has of a person by what it was sent: `user_id`, and the anonymousId as `client_id`. */
const usersOf = (person: ErasedPerson): ({ userId: string } | { clientId: string })[] => [
  ...valuesOf(person, 'user_id').map((userId) => ({ userId })),
  ...valuesOf(person, 'anonymous_id').map((clientId) => ({ clientId })),
]

/** Google says 403 of a quota too, which is there again tomorrow. */
const isOfQuota = ({ status, body }: DestinationAnswer): boolean =>
  status === 403 && /RATE_LIMIT_EXCEEDED|RESOURCE_EXHAUSTED|[rR]ateLimitExceeded|quotaExceeded/.test(body)

/**
 * Deletes by the Analytics Admin API: one user a request, 500 a day and property.
 * https://developers.google.com/analytics/devguides/config/admin/v1/rest/v1alpha/properties/submitUserDeletion and …/admin/v1/quotas, read 2026-11-22. It
 * is alpha, and yet the one to ask: the User Deletion API (v3) that was before it has been switched off
 * (https://developers.google.com/analytics/devguides/config/userdeletion/migration).
 */
export const deletion: Deletion<Ga4Settings> = {
  secretNames: ({ deletion: its }) => (its === undefined ? [] : ['deletion.clientSecret', 'deletion.refreshToken']),
  authorize: authorizeByGoogle(({ deletion: its }, secrets) => ({
    clientId: its!.clientId,
    clientSecret: secrets['deletion.clientSecret']!,
    refreshToken: secrets['deletion.refreshToken']!,
  })),
  skip(person, { deletion: its }) {
    if (its === undefined) return 'its settings have no deletion'
    return usersOf(person).length === 0 ? 'the person has neither a user_id nor an anonymous_id' : undefined
  },
  requests: (person, { deletion: its }, { accessToken }) =>
    usersOf(person).map(
      (user): DestinationRequest => ({
        method: 'POST',
        url: `https://analyticsadmin.googleapis.com/v1alpha/properties/${its!.propertyId}:submitUserDeletion`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
        body: JSON.stringify(user),
      }),
    ) as [DestinationRequest, ...DestinationRequest[]],
  read(answer, _settings, now) {
    // A token that has ended is no verdict on what was asked.
    if (answer.status === 401) return failed(answer, 'Google did not take the access token', now)
    return isOfQuota(answer) ? failed(answer, 'the quota of the property is used up', now) : readAnswer(answer, now)
  },
}
