import { change, event, exited } from '../testing/deliveries.ts'
import type { Example } from '../testing/example.ts'

const settings = { writeKey: { env: 'SEGMENT_KEY' } }
const secrets = { writeKey: 'abc123' }
const request = {
  method: 'POST',
  url: 'https://api.segment.io/v1/batch',
  headers: { 'content-type': 'application/json', authorization: 'Basic YWJjMTIzOg==' },
} as const
const sentAt = '2026-01-31T12:00:00.000Z'

export const segmentExamples: Example[] = [
  {
    name: 'forwards events as they came, and a change as a track',
    settings,
    secrets,
    deliveries: [event({ context: { ip: '203.0.113.0' }, properties: { a: 1 } }), change()],
    request: {
      ...request,
      body: {
        batch: [
          {
            messageId: 'm1',
            type: 'track',
            event: 'Order Completed',
            anonymousId: 'a1',
            userId: 'u1',
            properties: { a: 1 },
            context: { ip: '203.0.113.0' },
            timestamp: '2026-01-31T11:59:55.000Z',
          },
          {
            messageId: 'p1:buyers:3:track',
            type: 'track',
            event: 'Audience Entered',
            userId: 'u1',
            anonymousId: 'a1',
            properties: { audience_key: 'buyers', profile_id: 'p1', cause: 'event' },
            timestamp: '2026-01-31T11:59:58.000Z',
          },
        ],
        sentAt,
      },
    },
    answers: [
      {
        status: 200,
        attempts: [
          { outcome: 'delivered', status: 200 },
          { outcome: 'delivered', status: 200 },
        ],
      },
      {
        status: 400,
        attempts: Array.from({ length: 2 }, () => ({
          outcome: 'failed' as const,
          reason: 'the endpoint answered 400',
          status: 400,
          isAlone: true as const,
        })),
      },
    ],
  },
  {
    name: 'says a change as a track and as a trait, where both are asked for',
    settings: { ...settings, url: 'https://events.example/v1/batch', changes: 'both' },
    secrets,
    deliveries: [exited()],
    request: {
      ...request,
      url: 'https://events.example/v1/batch',
      body: {
        batch: [
          {
            messageId: 'p1:buyers:4:track',
            type: 'track',
            event: 'Audience Exited',
            userId: 'u1',
            anonymousId: 'a1',
            properties: { audience_key: 'buyers', profile_id: 'p1', cause: 'event' },
            timestamp: '2026-01-31T11:59:58.000Z',
          },
          {
            messageId: 'p1:buyers:4:identify',
            type: 'identify',
            userId: 'u1',
            anonymousId: 'a1',
            traits: { buyers: false },
            timestamp: '2026-01-31T11:59:58.000Z',
          },
        ],
        sentAt,
      },
    },
    answers: [{ status: 400, attempts: [{ outcome: 'refused', reason: 'the endpoint answered 400', status: 400 }] }],
  },
  {
    name: 'skips whom a collector could not name',
    settings,
    deliveries: [change({ identifiers: [{ type: 'email', value: 'a@x.example' }] })],
    skip: 'it has neither a userId nor an anonymousId',
  },
]
