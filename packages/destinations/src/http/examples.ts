import { change, event, exited } from '../testing/deliveries.ts'
import type { Example } from '../testing/example.ts'
import { readyHttp } from './ready.ts'

const json = { 'content-type': 'application/json' }

export const httpExamples: Example[] = [
  {
    name: 'Slack: posts a message to the webhook whose path is the secret',
    settings: readyHttp.slack,
    secrets: { secret: 'T000/B000/XXXXXXXX' },
    deliveries: [change()],
    request: {
      method: 'POST',
      url: 'https://hooks.slack.com/services/T000/B000/XXXXXXXX',
      headers: json,
      body: { text: 'A profile has entered buyers: p1' },
    },
    answers: [
      { status: 200, body: 'ok', attempts: [{ outcome: 'delivered', status: 200 }] },
      {
        status: 404,
        body: 'no_service',
        attempts: [{ outcome: 'refused', reason: 'the endpoint answered 404', status: 404 }],
      },
    ],
  },
  {
    name: 'Slack: has no request for events, and skips them',
    settings: readyHttp.slack,
    deliveries: [event()],
    skip: 'the settings have no request for event',
  },
  {
    name: 'Braze: sets an attribute of the user',
    settings: readyHttp.braze,
    secrets: { secret: 'braze-key' },
    deliveries: [exited()],
    request: {
      method: 'POST',
      url: 'https://rest.iad-01.braze.com/users/track',
      headers: { ...json, authorization: 'Bearer braze-key' },
      body: { attributes: [{ external_id: 'u1', in_buyers: false }] },
    },
    answers: [{ status: 201, attempts: [{ outcome: 'delivered', status: 201 }] }],
  },
  {
    name: 'Braze: sends an event with its properties',
    settings: readyHttp.braze,
    secrets: { secret: 'braze-key' },
    deliveries: [event({ properties: { size: 'M' } })],
    request: {
      method: 'POST',
      url: 'https://rest.iad-01.braze.com/users/track',
      headers: { ...json, authorization: 'Bearer braze-key' },
      body: {
        events: [
          { external_id: 'u1', name: 'Order Completed', time: '2026-01-31T11:59:55.000Z', properties: { size: 'M' } },
        ],
      },
    },
  },
  {
    name: 'Braze: sets the attributes of several users with one request, and tries each alone when it is refused',
    settings: readyHttp.braze,
    secrets: { secret: 'braze-key' },
    deliveries: [change(), change({ profileId: 'p2', identifiers: [{ type: 'user_id', value: 'u2' }] })],
    request: {
      method: 'POST',
      url: 'https://rest.iad-01.braze.com/users/track',
      headers: { ...json, authorization: 'Bearer braze-key' },
      body: {
        attributes: [
          { external_id: 'u1', in_buyers: true },
          { external_id: 'u2', in_buyers: true },
        ],
      },
    },
    answers: [
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
    name: 'Braze: skips whom it cannot know',
    settings: readyHttp.braze,
    deliveries: [change({ identifiers: [{ type: 'anonymous_id', value: 'a1' }] })],
    skip: 'it has no identifiers.user_id',
  },
  {
    name: 'HubSpot: sets a property of the contact of an e-mail address',
    settings: readyHttp.hubspot,
    secrets: { secret: 'pat-eu1-x' },
    deliveries: [change()],
    request: {
      method: 'POST',
      url: 'https://api.hubapi.com/crm/objects/2026-03/contacts/batch/upsert',
      headers: { ...json, authorization: 'Bearer pat-eu1-x' },
      body: {
        inputs: [{ idProperty: 'email', id: 'john_smith@gmail.com', properties: { in_buyers: 'true' } }],
      },
    },
  },
  {
    name: 'Klaviyo: sends an event of the profile, once by its id',
    settings: readyHttp.klaviyo,
    secrets: { secret: 'pk_x' },
    deliveries: [exited()],
    request: {
      method: 'POST',
      url: 'https://a.klaviyo.com/api/events',
      headers: {
        authorization: 'Klaviyo-API-Key pk_x',
        revision: '2026-04-15',
        accept: 'application/vnd.api+json',
        'content-type': 'application/vnd.api+json',
      },
      body: {
        data: {
          type: 'event',
          attributes: {
            unique_id: 'p1:buyers:4',
            time: '2026-01-31T11:59:58.000Z',
            metric: { data: { type: 'metric', attributes: { name: 'Audience Exited' } } },
            profile: {
              data: { type: 'profile', attributes: { email: 'john_smith@gmail.com', external_id: 'u1' } },
            },
            properties: { audience: 'buyers' },
          },
        },
      },
    },
    answers: [{ status: 202, attempts: [{ outcome: 'delivered', status: 202 }] }],
  },
  {
    name: 'any API: places in the URL are one part of it, whatever they hold, and a status may be given a meaning',
    settings: {
      entered: {
        method: 'PUT',
        url: 'https://api.example/people/{{identifiers.email}}/tags?by={{profileId}}',
        headers: { 'idempotency-key': '{{id}}' },
        body: {
          tags: ['{{audience}}', '{{traits.plan}}', '{{traits.none}}'],
          since: '{{atSeconds}}',
          none: '{{traits.none}}',
        },
      },
      statuses: { 409: 'delivered', 404: 'skipped', '5xx': 'refused', 423: 'failed' },
    },
    deliveries: [change({ identifiers: [{ type: 'email', value: 'a/../b?c@x.example' }] })],
    request: {
      method: 'PUT',
      url: 'https://api.example/people/a%2F..%2Fb%3Fc%40x.example/tags?by=p1',
      headers: { ...json, 'idempotency-key': 'p1:buyers:3' },
      body: { tags: ['buyers', 'pro'], since: 1769860798 },
    },
    answers: [
      { status: 409, attempts: [{ outcome: 'delivered', status: 409 }] },
      { status: 404, attempts: [{ outcome: 'skipped', reason: 'the endpoint answered 404' }] },
      { status: 503, attempts: [{ outcome: 'refused', reason: 'the endpoint answered 503', status: 503 }] },
      {
        status: 423,
        headers: { 'retry-after': '60' },
        attempts: [{ outcome: 'failed', reason: 'the endpoint answered 423', status: 423, retryAfterMs: 60_000 }],
      },
    ],
  },
  {
    name: 'any API: a value that is a step of a path goes into no URL',
    settings: { entered: { method: 'DELETE', url: 'https://api.example/people/{{identifiers.user_id}}' } },
    deliveries: [change({ identifiers: [{ type: 'user_id', value: '..' }] })],
    skip: 'it has no value for a place in the URL',
  },
]
