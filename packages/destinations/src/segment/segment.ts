import { type ErasedPerson, valuesOf } from '../deletion.ts'
import type { DestinationKind } from '../destination-kind.ts'
import { apart, readAnswer } from '../read-answer.ts'
import { callsOf, hasWho } from './calls.ts'
import { type SegmentSettings, segmentSettings } from './settings.ts'

const segmentUrl = 'https://api.segment.io/v1/batch'

/** What calls name a user by. */
const subjectsOf = (person: ErasedPerson): string[] => [
  ...valuesOf(person, 'user_id'),
  ...valuesOf(person, 'anonymous_id'),
]

const base64 = (text: string): string => btoa(text)

/**
 * Any collector that takes Segment's batches, Spartito's among them: events as they came, with their messageId, and changes as
 * `track` (`Audience Entered`, `Audience Exited`) or `identify` (a trait by the audience's id, true or false).
 * https://www.twilio.com/docs/segment/connections/sources/catalog/libraries/server/http-api, read 2026-11-22: 500 KB a request, 2,500 calls,
 * 32 KB each; the write key as the user of Basic.
 */
export const segment: DestinationKind<SegmentSettings> = {
  type: 'segment',
  schema: segmentSettings,
  secretNames: () => ['writeKey'],
  takes: ['change', 'event'],
  maxBatch: 100,
  maxBatchBytes: 400_000,
  skip: (delivery) => (hasWho(delivery) ? undefined : 'it has neither a userId nor an anonymousId'),
  request: (deliveries, settings, { writeKey }, now) => ({
    method: 'POST',
    url: settings.url ?? segmentUrl,
    headers: { 'content-type': 'application/json', authorization: `Basic ${base64(`${writeKey}:`)}` },
    body: JSON.stringify({
      batch: deliveries.flatMap((delivery) => callsOf(delivery, settings)),
      sentAt: new Date(now).toISOString(),
    }),
  }),
  read: (answer, deliveries, now) => apart(readAnswer(answer, now), deliveries),
  // https://docs.segmentapis.com/tag/Deletion-and-Suppression, createWorkspaceRegulation: Segment's own, by the ids that calls had.
  deletion: {
    secretNames: ({ deletionToken }) => (deletionToken === undefined ? [] : ['deletionToken']),
    skip(person, { deletionToken }) {
      if (deletionToken === undefined) return 'its settings have no deletionToken'
      return subjectsOf(person).length === 0 ? 'the person has neither a user_id nor an anonymous_id' : undefined
    },
    requests: (person, _settings, { deletionToken }) => [
      {
        method: 'POST',
        url: 'https://api.segmentapis.com/regulations',
        headers: { 'content-type': 'application/vnd.segment.v1+json', authorization: `Bearer ${deletionToken}` },
        body: JSON.stringify({
          regulationType: 'DELETE_ONLY',
          subjectType: 'USER_ID',
          subjectIds: subjectsOf(person),
        }),
      },
    ],
  },
}
