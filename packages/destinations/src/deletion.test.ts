import { Webhook } from 'standardwebhooks'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { ErasedPerson } from './deletion.ts'
import type { Deletion, DestinationKind } from './destination-kind.ts'
import { readyHttp } from './http/ready.ts'
import { destinationKinds } from './kinds.ts'
import { readAnswer } from './read-answer.ts'
import { secretPaths } from './secret-paths.ts'

const ada: ErasedPerson = {
  erasureId: '01E',
  at: 1_769_860_800_000,
  profileIds: ['P1', 'P2'],
  identifiers: [
    { type: 'user_id', value: 'ada' },
    { type: 'email', value: 'ada@shop.example' },
    { type: 'anonymous_id', value: 'phone' },
    { type: 'email', value: 'ada@home.example' },
    { type: 'anonymous_id', value: 'laptop' },
    { type: 'email', value: 'ada@shop.example' },
  ],
}
const nobodyKnown: ErasedPerson = { ...ada, identifiers: [{ type: 'phone', value: '+12025550100' }] }

const kindOf = (type: string) => destinationKinds.get(type) as unknown as DestinationKind<unknown>
const deletionOf = (type: string): Deletion<unknown> => kindOf(type).deletion!

/** What is asked of a destination with settings that its schema takes; its secrets are called as their paths. */
const asked = (type: string, settings: unknown, person: ErasedPerson, now = 0) => {
  const kind = kindOf(type)
  expect(v.safeParse(kind.schema, settings).issues).toBeUndefined()
  const deletion = deletionOf(type)
  const reason = deletion.skip?.(person, settings)
  if (reason !== undefined) return reason
  const paths = deletion.secretNames?.(settings) ?? kind.secretNames(settings)
  const secrets = { accessToken: 'ya29', ...Object.fromEntries(paths.map((path) => [path, `<${path}>`])) }
  return deletion
    .requests(person, settings, secrets, now)
    .map(({ body, ...its }) => ({ ...its, body: JSON.parse(body) }))
}

const json = { 'content-type': 'application/json' }
const segment = { writeKey: { env: 'WK' }, deletionToken: { env: 'DT' } }
const ga4 = {
  measurementId: 'G-ABC1234567',
  secret: { env: 'GA4_SECRET' },
  deletion: { propertyId: '123', clientId: 'c', clientSecret: { env: 'CS' }, refreshToken: { env: 'RT' } },
}
const klaviyoHeaders = {
  authorization: 'Klaviyo-API-Key <secret>',
  revision: '2026-04-15',
  accept: 'application/vnd.api+json',
  'content-type': 'application/vnd.api+json',
}
const key = { secret: { env: 'KEY' } }
const bearer = { ...json, authorization: 'Bearer <secret>' }
const post = (url: string, headers: Record<string, string>, body: unknown) => ({ method: 'POST', url, headers, body })

const google = 'https://analyticsadmin.googleapis.com/v1alpha/properties/123:submitUserDeletion'
const ofGoogle = { ...json, authorization: 'Bearer ya29' }
const hubspot = 'https://api.hubapi.com/crm/objects/2026-03/contacts/gdpr-delete'
const klaviyo = 'https://a.klaviyo.com/api/data-privacy-deletion-jobs'
const jobOf = (email: string) => ({
  data: {
    type: 'data-privacy-deletion-job',
    attributes: { profile: { data: { type: 'profile', attributes: { email } } } },
  },
})

describe('CO7 what a destination is asked for', () => {
  test.each<[what: string, type: string, settings: unknown, requests: object[]]>([
    [
      'Segment: a regulation by the ids that calls had, with a token of its own',
      'segment',
      segment,
      [
        post(
          'https://api.segmentapis.com/regulations',
          { 'content-type': 'application/vnd.segment.v1+json', authorization: 'Bearer <deletionToken>' },
          { regulationType: 'DELETE_ONLY', subjectType: 'USER_ID', subjectIds: ['ada', 'phone', 'laptop'] },
        ),
      ],
    ],
    [
      'GA4: one request a user_id, and one a client_id, which is the anonymousId',
      'ga4',
      ga4,
      [{ userId: 'ada' }, { clientId: 'phone' }, { clientId: 'laptop' }].map((body) => post(google, ofGoogle, body)),
    ],
    [
      'Braze: all external_ids at once',
      'http',
      readyHttp.braze,
      [post('https://rest.iad-01.braze.com/users/delete', bearer, { external_ids: ['ada'] })],
    ],
    [
      'HubSpot: one request an e-mail address',
      'http',
      readyHttp.hubspot,
      ['ada@shop.example', 'ada@home.example'].map((objectId) =>
        post(hubspot, bearer, { objectId, idProperty: 'email' }),
      ),
    ],
    [
      'Klaviyo: one job an e-mail address',
      'http',
      readyHttp.klaviyo,
      ['ada@shop.example', 'ada@home.example'].map((email) => post(klaviyo, klaviyoHeaders, jobOf(email))),
    ],
    [
      'any API: each place',
      'http',
      {
        ...key,
        erased: {
          method: 'PUT',
          url: 'https://api.example/{{identifiers.user_id}}/erase?first={{identifiers.email}}',
          headers: { 'x-key': '{{secret}}', 'idempotency-key': '{{erasureId}}' },
          body: {
            at: '{{at}}',
            emails: '{{all.email}}',
            text: 'of {{profileIds}}',
            profiles: '{{profileIds}}',
            none: '{{all.phone}}',
            nor: ['{{identifiers.phone}}'],
          },
        },
      },
      [
        {
          method: 'PUT',
          url: 'https://api.example/ada/erase?first=ada%40shop.example',
          headers: { ...json, 'x-key': '<secret>', 'idempotency-key': '01E' },
          body: {
            at: '2026-01-31T12:00:00.000Z',
            emails: ['ada@shop.example', 'ada@home.example'],
            text: 'of ["P1","P2"]',
            profiles: ['P1', 'P2'],
            nor: [],
          },
        },
      ],
    ],
    [
      'any API: of each, the others stay what they are',
      'http',
      {
        erased: {
          url: 'https://api.example/{{identifiers.anonymous_id}}',
          each: 'anonymous_id',
          body: { by: '{{identifiers.email}}', devices: '{{all.anonymous_id}}' },
        },
      },
      ['phone', 'laptop'].map((device) =>
        post(`https://api.example/${device}`, json, { by: 'ada@shop.example', devices: ['phone', 'laptop'] }),
      ),
    ],
  ])('%s', (_what, type, settings, requests) => {
    expect(asked(type, settings, ada)).toEqual(requests)
    expect(asked(type, settings, ada, 60_000)).toEqual(requests)
  })

  test('a webhook: an event that says who, signed, and the same each time it is asked for', () => {
    const secret = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`
    const now = Date.now()
    const ask = (at: number) =>
      deletionOf('webhook').requests(ada, { url: 'https://crm.example/hook', secret }, { secret }, at)[0]
    const { headers, body, url, method } = ask(now)
    expect([method, url]).toEqual(['POST', 'https://crm.example/hook'])
    const { erasureId: _id, ...said } = ada
    expect(new Webhook(secret).verify(body, headers)).toEqual({ id: 'erasure:01E', type: 'profile.erased', ...said })
    expect(ask(now + 60_000)).toMatchObject({ body, headers: { 'webhook-id': headers['webhook-id'] } })
  })
})

const erased = (template: object) => ({ ...key, erased: { url: 'https://api.example/x', ...template } })

test.each<[what: string, type: string, settings: unknown, person: ErasedPerson, reason: string]>([
  ['Segment without a token', 'segment', { writeKey: { env: 'WK' } }, ada, 'its settings have no deletionToken'],
  ['Segment of a contact', 'segment', segment, nobodyKnown, 'the person has neither a user_id nor an anonymous_id'],
  ['GA4 without its setting', 'ga4', { ...ga4, deletion: undefined }, ada, 'its settings have no deletion'],
  ['GA4 of a contact', 'ga4', ga4, nobodyKnown, 'the person has neither a user_id nor an anonymous_id'],
  ['Slack', 'http', readyHttp.slack, ada, 'its settings have no request for erased'],
  ['Braze of a contact', 'http', readyHttp.braze, nobodyKnown, 'the person has no user_id'],
  ['HubSpot of who has no e-mail address', 'http', readyHttp.hubspot, nobodyKnown, 'the person has no email'],
  [
    'what a template needs',
    'http',
    erased({ body: ['{{profileIds}}'], needs: ['profileIds', 'identifiers.email'] }),
    nobodyKnown,
    'the person has no email',
  ],
  [
    'a request that would name nobody',
    'http',
    erased({ body: { email: '{{identifiers.email}}', ids: '{{all.user_id}}' } }),
    nobodyKnown,
    'the person has no email and no user_id',
  ],
  [
    'a URL that would lead elsewhere, for one of them',
    'http',
    erased({ method: 'DELETE', url: 'https://api.example/people/{{identifiers.user_id}}', each: 'user_id' }),
    { ...ada, identifiers: ['u1', '..'].map((value) => ({ type: 'user_id', value })) },
    'a place in the URL has no value, or one that is a step of a path',
  ],
])('CO7 nothing is asked for, and the receipt says why: %s', (_what, type, settings, person, reason) => {
  expect(asked(type, settings, person)).toBe(reason)
  for (const { value } of person.identifiers.filter(({ value }) => value !== '..')) expect(reason).not.toContain(value)
})

const done = erased({ body: '{{profileIds}}', statuses: { 404: 'done', 409: 'failed', '2xx': 'refused', 204: 'done' } })

test.each<[what: string, type: string, settings: unknown, status: number, body: string, outcome: string]>([
  ['HubSpot has deleted, or has blocked whom it did not know', 'http', readyHttp.hubspot, 204, '', 'delivered'],
  ['Klaviyo has taken a job', 'http', readyHttp.klaviyo, 202, '', 'delivered'],
  ['Braze refuses more than 50', 'http', readyHttp.braze, 400, '', 'refused'],
  ['a key without the permission', 'http', readyHttp.braze, 401, '', 'refused'],
  ['a status that says that there is nobody', 'http', done, 404, '', 'delivered'],
  ['one that leaves hope', 'http', done, 409, '', 'failed'],
  ['the exact one before its hundred', 'http', done, 204, '', 'delivered'],
  ['a hundred', 'http', done, 200, '', 'refused'],
  ['one that nothing is said of', 'http', done, 503, '', 'failed'],
  [
    'what deliveries make of a status counts for them alone',
    'http',
    { ...erased({ body: '{{profileIds}}' }), statuses: { 404: 'delivered' } },
    404,
    '',
    'refused',
  ],
  ['GA4 has taken it', 'ga4', ga4, 200, '{"deletionRequestTime":"2026-01-31T12:00:00Z"}', 'delivered'],
  ['GA4 does not take the token', 'ga4', ga4, 401, '{}', 'failed'],
  ['GA4 has had its 500 of a day', 'ga4', ga4, 429, '{"error":{"status":"RESOURCE_EXHAUSTED"}}', 'failed'],
  ['GA4 says so by 403', 'ga4', ga4, 403, '{"error":{"errors":[{"reason":"rateLimitExceeded"}]}}', 'failed'],
  ['GA4 knows no such property', 'ga4', ga4, 403, '{"error":{"status":"PERMISSION_DENIED"}}', 'refused'],
])('CO7 what an answer says: %s', (_what, type, settings, status, body, outcome) => {
  const answer = { status, header: () => null, body }
  const attempt = deletionOf(type).read?.(answer, settings, 0) ?? readAnswer(answer, 0)
  expect(attempt.outcome).toBe(outcome)
})

test.each<[type: string, settings: unknown, forDeliveries: string[], all: string[]]>([
  ['segment', { writeKey: { env: 'WK' } }, ['writeKey'], ['writeKey']],
  ['segment', segment, ['writeKey'], ['writeKey', 'deletionToken']],
  ['ga4', { ...ga4, deletion: undefined }, ['secret'], ['secret']],
  ['ga4', ga4, ['secret'], ['secret', 'deletion.clientSecret', 'deletion.refreshToken']],
  ['http', readyHttp.braze, ['secret'], ['secret']],
])('CO7 a secret that deletions alone need holds up no delivery: %s %#', (type, settings, forDeliveries, all) => {
  expect(kindOf(type).secretNames(settings)).toEqual(forDeliveries)
  expect(secretPaths(kindOf(type), settings)).toEqual(all)
})

test('CO7 a token to delete from GA4 is asked for by its own credentials', () => {
  const { request } = deletionOf('ga4').authorize!
  const { body } = request(ga4, { secret: 's', 'deletion.clientSecret': 'cs', 'deletion.refreshToken': 'rt' })
  expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
    client_id: 'c',
    client_secret: 'cs',
    refresh_token: 'rt',
  })
})

test('CO7 which kinds can be asked to delete somebody', () => {
  const able = [...destinationKinds].filter(([, { deletion }]) => deletion).map(([type]) => type)
  expect(able.sort()).toEqual(['ga4', 'http', 'segment', 'webhook'])
})
