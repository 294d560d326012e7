import { change, event } from '../testing/deliveries.ts'
import type { Example } from '../testing/example.ts'

const settings = { url: 'https://crm.example/hook', secret: { env: 'CRM_SECRET' } }
const secrets = { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }

export const webhookExamples: Example[] = [
  {
    name: 'sends a change as it is, signed, under its id',
    settings,
    secrets,
    deliveries: [change()],
    request: {
      method: 'POST',
      url: 'https://crm.example/hook',
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'p1:buyers:3',
        'webhook-timestamp': '1769860800',
        'webhook-signature': 'v1,R+ITqEd96ni+OEVloyamJCf5ed5qW4v2fhW7q1JMz8Y=',
      },
      body: change().change,
    },
    answers: [
      { status: 204, attempts: [{ outcome: 'delivered', status: 204 }] },
      { status: 410, attempts: [{ outcome: 'refused', reason: 'the endpoint answered 410', status: 410 }] },
      { status: 301, attempts: [{ outcome: 'refused', reason: 'the endpoint answered 301', status: 301 }] },
      {
        status: 429,
        headers: { 'retry-after': '7' },
        attempts: [{ outcome: 'failed', reason: 'the endpoint answered 429', status: 429, retryAfterMs: 7_000 }],
      },
    ],
  },
  {
    name: 'sends an event, with headers of the owner, signed by both secrets while one replaces the other',
    settings: { ...settings, previousSecret: { env: 'OLD_CRM_SECRET' }, headers: { 'X-Shop': 'berlin' } },
    secrets: { ...secrets, previousSecret: 'whsec_b2xkIG9sZCBvbGQgb2xkIG9sZCBvbGQ=' },
    deliveries: [event()],
    request: {
      method: 'POST',
      url: 'https://crm.example/hook',
      headers: {
        'x-shop': 'berlin',
        'content-type': 'application/json',
        'webhook-id': 'p1:m1',
        'webhook-timestamp': '1769860800',
        'webhook-signature':
          'v1,gdTNipSZNj0aYcWjWiRdYW0Ko9YEWPNkbdTYWQnbIn0= v1,QjaSAWCxxuxMfdMnAdfZZvSm4npdIqrZFMKI2ELxXNY=',
      },
      body: event().event,
    },
  },
]
