import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { destinationKinds } from './kinds.ts'

const faultsOf = (type: string, settings: unknown): string[] => {
  const checked = v.safeParse(destinationKinds.get(type)!.schema, settings)
  return (checked.issues ?? []).map(({ path = [], message }) => `${path.map(({ key }) => key).join('.')}: ${message}`)
}

const hook = { url: 'https://crm.example/hook', secret: { env: 'CRM_SECRET' } }
const api = (template: object, more: object = {}) => ({
  entered: { url: 'https://api.example/x', ...template },
  secret: { env: 'KEY' },
  ...more,
})

describe('T17 a header of the owner is refused', () => {
  test.each<[header: string, value: string, says: string]>([
    ['x-a', 'one\r\ntwo: 2', 'printable ASCII'],
    ['x-a', 'one\ntwo', 'printable ASCII'],
    ['x-a', 'one\rtwo', 'printable ASCII'],
    ['x-a', 'one\0two', 'printable ASCII'],
    ['x-a', ' one', 'printable ASCII'],
    ['x-a', 'eins\u00e4', 'printable ASCII'],
    ['x-a\r\nx-b', 'one', 'no name of a header'],
    ['x a', 'one', 'no name of a header'],
    ['x-a:', 'one', 'no name of a header'],
    ['', 'one', 'no name of a header'],
    ['webhook-signature', 'v1,x', 'Spartito or the protocol sets'],
    ['Webhook-Id', 'x', 'Spartito or the protocol sets'],
    ['Host', 'other.example', 'Spartito or the protocol sets'],
    ['Content-Length', '1', 'Spartito or the protocol sets'],
    ['transfer-encoding', 'chunked', 'Spartito or the protocol sets'],
    ['Connection', 'x', 'Spartito or the protocol sets'],
    ['cf-connecting-ip', '1.1.1.1', 'Spartito or the protocol sets'],
    ['x-forwarded-for', '1.1.1.1', 'Spartito or the protocol sets'],
    ['proxy-authorization', 'x', 'Spartito or the protocol sets'],
    ['Cookie', 'a=b', 'Spartito or the protocol sets'],
    ['Content-Type', 'text/plain', 'a webhook is JSON'],
    ['Authorization', 'Bearer abc', 'holds a key'],
  ])('%j: %j', (name, value, says) => {
    expect(faultsOf('webhook', { ...hook, headers: { [name]: value } }).join()).toContain(says)
  })

  test('and others are taken, each once', () => {
    expect(faultsOf('webhook', { ...hook, headers: { 'X-Shop': 'berlin', 'x-tier': 'a b' } })).toEqual([])
    expect(faultsOf('webhook', { ...hook, headers: { 'x-a': '1', 'X-A': '2' } }).join()).toContain('twice')
  })
})

const erased = (template: object, more: object = {}) => ({
  secret: { env: 'KEY' },
  erased: { url: 'https://api.example/x', body: { ids: '{{all.user_id}}' }, ...template },
  ...more,
})
const analytics = { measurementId: 'G-ABCD1234', secret: { env: 'S' } }
const deletion = { propertyId: '1', clientId: 'c', clientSecret: { env: 'A' }, refreshToken: { env: 'B' } }

describe('CO7 settings of deletions', () => {
  test.each<[what: string, type: string, settings: unknown, faults: string[]]>([
    ['one request alone is enough', 'http', erased({}), []],
    [
      'a place of deliveries',
      'http',
      erased({ body: { a: '{{event.event}}', b: '{{all.email}}' } }),
      [
        'erased.body: has the place {{event.event}}, which is none: a path begins with erasureId, at, identifiers, all, profileIds, secret',
      ],
    ],
    [
      'a place of deletions elsewhere',
      'http',
      api({ body: { a: '{{all.email}}' } }),
      [
        'entered.body: has the place {{all.email}}, which is none: a path begins with id, kind, profileId, at, atSeconds, audience, isMember, identifiers, traits, change, event, secret',
      ],
    ],
    [
      'a place of deliveries in its URL',
      'http',
      erased({ url: 'https://api.example/{{profileId}}' }),
      [
        'erased.url: has the place {{profileId}}, which is none: a path begins with erasureId, at, identifiers, all, profileIds, secret',
      ],
    ],
    [
      'a place in the host',
      'http',
      erased({ url: 'https://{{all.email}}/x' }),
      ['erased.url: must have its places behind the host'],
    ],
    [
      'a private host',
      'http',
      erased({ url: 'https://10.0.0.1/x' }),
      ['erased.url: leads to 10.0.0.1, which is no host of the public internet (private)'],
    ],
    [
      'a written key',
      'http',
      erased({ headers: { authorization: 'Bearer abc' } }),
      ['erased.headers: holds a key: write {{secret}} in its place, and name the Worker secret as the setting secret'],
    ],
    [
      'somebody in a header',
      'http',
      erased({ headers: { 'x-id': '{{identifiers.user_id}}' } }),
      ['erased.headers: may hold the places {{secret}} and {{erasureId}} alone'],
    ],
    [
      'an unknown need',
      'http',
      erased({ needs: ['traits.plan'] }),
      ['erased.needs.0: must be a path that begins with erasureId, at, identifiers, all, profileIds, secret'],
    ],
    [
      'a request that names nobody',
      'http',
      erased({ body: { id: '{{erasureId}}' } }),
      ['erased: names nobody: put {{identifiers.<type>}}, {{all.<type>}} or {{profileIds}} into its URL or body'],
    ],
    [
      'a request for each that is the same for all',
      'http',
      erased({ each: 'email' }),
      ['erased: has a request for each email, so its URL or body needs the place {{identifiers.email}}'],
    ],
    [
      'an id that several requests would share',
      'http',
      erased({ each: 'email', body: '{{identifiers.email}}', headers: { 'idempotency-key': '{{erasureId}}' } }),
      ['erased: has a request for each email, which all would have the same {{erasureId}} in a header: leave it out'],
    ],
    [
      'a type that is none',
      'http',
      erased({ each: 'identifiers.email' }),
      ['erased.each: must be a type of identifier, such as email'],
    ],
    [
      'a meaning of deliveries',
      'http',
      erased({ statuses: { 404: 'skipped' } }),
      ['erased.statuses.404: must be done, failed or refused'],
    ],
    [
      'a batch, which deletions have none of',
      'http',
      erased({}, { batch: 2, entered: { url: 'https://api.example/y', body: ['{{id}}'] } }),
      [
        ': has a batch, so each request needs a body with a list, and places in its lists alone: {{secret}} may be in the URL and headers',
      ],
    ],
    [
      'a batch of its deliveries',
      'http',
      erased({}, { batch: 2, entered: { url: 'https://api.example/y', body: { a: ['{{id}}'] } } }),
      [],
    ],
    [
      'a secret that is none',
      'http',
      erased({ headers: { authorization: '{{secret}}' } }, { secret: undefined }),
      [': uses {{secret}}: name the Worker secret as its setting secret'],
    ],
    ['GA4', 'ga4', { ...analytics, deletion }, []],
    [
      'a measurement id in place of the property',
      'ga4',
      { ...analytics, deletion: { ...deletion, propertyId: 'G-ABCD1234' } },
      ['deletion.propertyId: must be the number of a property, such as "123456789"; the measurement id is another'],
    ],
    [
      'a token with a space',
      'ga4',
      { ...analytics, deletion: { ...deletion, refreshToken: 'a b' } },
      ['deletion.refreshToken: must be {"env": "NAME_OF_A_WORKER_SECRET"}, or in development the key itself'],
    ],
  ])('%s', (_what, type, settings, faults) => {
    expect(faultsOf(type, settings)).toEqual(faults)
  })
})

describe('settings are refused, each with what to do', () => {
  test.each<[what: string, type: string, settings: unknown, says: string]>([
    ['a private address', 'webhook', { ...hook, url: 'https://10.0.0.1/' }, 'url: leads to 10.0.0.1'],
    ['plain http', 'webhook', { ...hook, url: 'http://crm.example/' }, 'url: must be an https URL'],
    ['a short secret', 'webhook', { ...hook, secret: `whsec_${btoa('x'.repeat(23))}` }, '24 to 64 bytes in base64'],
    ['a long secret', 'webhook', { ...hook, secret: `whsec_${btoa('x'.repeat(65))}` }, '24 to 64 bytes in base64'],
    ['a secret that is no base64', 'webhook', { ...hook, secret: `whsec_${'x'.repeat(33)}` }, 'secret: must be {"env"'],
    ['an unknown setting', 'webhook', { ...hook, retries: 3 }, 'retries: '],
    ['no request', 'http', {}, 'needs a request: entered, exited, event or erased'],
    [
      'a place in the host',
      'http',
      api({ url: 'https://{{identifiers.email}}/x' }),
      'must have its places behind the host',
    ],
    ['a place before the host', 'http', api({ url: '{{secret}}' }), 'must have its places behind the host'],
    ['a private host', 'http', api({ url: 'https://169.254.169.254/{{id}}' }), 'leads to 169.254.169.254'],
    [
      'an unknown place',
      'http',
      api({ body: { a: '{{user.email}}' } }),
      'entered.body: has the place {{user.email}}, which is none',
    ],
    ['an unknown need', 'http', api({ needs: ['email'] }), 'must be a path that begins with'],
    ['a written key', 'http', api({ headers: { Authorization: 'Bearer abc' } }), 'holds a key: write {{secret}}'],
    [
      'data in a header',
      'http',
      api({ headers: { 'x-a': '{{traits.name}}' } }),
      'may hold the places {{secret}} and {{id}} alone',
    ],
    [
      'a secret that is none',
      'http',
      api({ headers: { 'x-a': '{{secret}}' } }, { secret: undefined }),
      'uses {{secret}}',
    ],
    ['a batch of one', 'http', api({ body: { a: [1] } }, { batch: 1 }), 'batch: must be a whole number from 2 to 500'],
    ['a batch without a list', 'http', api({ body: { a: '{{id}}' } }, { batch: 2 }), 'needs a body with a list'],
    ['a batch without a body', 'http', api({}, { batch: 2 }), 'needs a body with a list'],
    [
      'a batch whose URL is of one',
      'http',
      api({ url: 'https://api.example/{{id}}', body: { a: ['{{id}}'] } }, { batch: 2 }),
      'places in its lists alone',
    ],
    [
      'a batch whose header is of one',
      'http',
      api({ headers: { 'x-id': '{{id}}' }, body: { a: ['{{id}}'] } }, { batch: 2 }),
      'places in its lists alone',
    ],
    [
      'a batch with a field of one',
      'http',
      api({ body: { a: ['{{id}}'], b: '{{id}}' } }, { batch: 2 }),
      'places in its lists alone',
    ],
    ['a status that is none', 'http', api({}, { statuses: { 600: 'failed' } }), 'must be a status'],
    [
      'a measurement id',
      'ga4',
      { measurementId: 'UA-1', secret: { env: 'S' } },
      'measurementId: must be a measurement id',
    ],
    [
      'a reserved name',
      'ga4',
      { measurementId: 'G-ABCD1234', secret: { env: 'S' }, names: { A: 'session_start' } },
      'is no event name',
    ],
    [
      'a long name',
      'ga4',
      { measurementId: 'G-ABCD1234', secret: { env: 'S' }, names: { A: 'x'.repeat(41) } },
      'is no event name',
    ],
    ['Meta with nothing to do', 'meta', { accessToken: { env: 'T' } }, 'needs a datasetId'],
    [
      'a dataset with letters',
      'meta',
      { accessToken: { env: 'T' }, datasetId: 'px_1' },
      'datasetId: must be an id of Meta',
    ],
    [
      'an account with dashes',
      'google-ads',
      { customerId: '123-456-7890' },
      'customerId: must be an account of ten digits',
    ],
    ['a token with a space', 'segment', { writeKey: 'a b' }, 'writeKey: must be {"env"'],
    [
      'a collector inside',
      'segment',
      { writeKey: { env: 'K' }, url: 'https://events.internal/v1/b' },
      'url: leads to events.internal',
    ],
  ])('%s', (_what, type, settings, says) => {
    expect(faultsOf(type, settings).join('\n')).toContain(says)
  })

  test('terms that are not accepted', () => {
    const settings = {
      customerId: '1234567890',
      userLists: { buyers: '1' },
      clientId: 'x',
      clientSecret: { env: 'A' },
      refreshToken: { env: 'B' },
      acceptsCustomerMatchTerms: false,
    }
    expect(faultsOf('google-ads', settings)).toEqual([
      'acceptsCustomerMatchTerms: must be true: Google asks that its terms of Customer Match are accepted with each request',
    ])
  })
})
