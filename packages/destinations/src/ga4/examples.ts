import { change, event, exited } from '../testing/deliveries.ts'
import type { Example } from '../testing/example.ts'

const settings = { measurementId: 'G-ABC1234567', secret: { env: 'GA4_SECRET' } }
const secrets = { secret: 's3cr3t' }
const collect = {
  method: 'POST',
  url: 'https://www.google-analytics.com/mp/collect?measurement_id=G-ABC1234567&api_secret=s3cr3t',
  headers: { 'content-type': 'application/json' },
} as const

export const ga4Examples: Example[] = [
  {
    name: 'sends events of one client together, as GA4 names them',
    settings,
    secrets,
    deliveries: [
      event(),
      event({
        messageId: 'm2',
        type: 'page',
        name: 'Cart',
        event: undefined as never,
        properties: { url: 'https://x', Section: 'shop' },
      }),
    ],
    request: {
      ...collect,
      body: {
        client_id: 'a1',
        user_id: 'u1',
        events: [
          {
            name: 'purchase',
            params: {
              page_location: 'https://shop.example/thanks',
              page_title: 'Thanks',
              transaction_id: 'o-7',
              value: 49.9,
              currency: 'eur',
              items: [{ item_id: 'sku-1', item_name: 'Cup', price: 24.95, quantity: 2 }],
            },
            timestamp_micros: 1769860795000000,
          },
          {
            name: 'page_view',
            params: { page_location: 'https://shop.example/thanks', page_title: 'Thanks', section: 'shop' },
            timestamp_micros: 1769860795000000,
          },
        ],
      },
    },
    answers: [
      {
        status: 204,
        attempts: [
          { outcome: 'delivered', status: 204 },
          { outcome: 'delivered', status: 204 },
        ],
      },
    ],
  },
  {
    name: 'sends a change as an event and a user property, in the European Union, with what Google is told of consent',
    settings: { ...settings, region: 'eu', consent: { adUserData: 'granted', adPersonalization: 'denied' } },
    secrets,
    deliveries: [exited()],
    request: {
      ...collect,
      url: 'https://region1.google-analytics.com/mp/collect?measurement_id=G-ABC1234567&api_secret=s3cr3t',
      body: {
        client_id: 'a1',
        user_id: 'u1',
        user_properties: { in_buyers: { value: 'false' } },
        consent: { ad_user_data: 'GRANTED', ad_personalization: 'DENIED' },
        events: [{ name: 'audience_exited', params: { audience: 'buyers' }, timestamp_micros: 1769860798000000 }],
      },
    },
  },
  {
    name: 'asks the validation server in a test, which says what is wrong',
    settings,
    secrets,
    deliveries: [{ ...change(), isTest: true }],
    request: {
      ...collect,
      url: 'https://www.google-analytics.com/debug/mp/collect?measurement_id=G-ABC1234567&api_secret=s3cr3t',
      body: {
        client_id: 'a1',
        user_id: 'u1',
        user_properties: { in_buyers: { value: 'true' } },
        validation_behavior: 'ENFORCE_RECOMMENDATIONS',
        events: [{ name: 'audience_entered', params: { audience: 'buyers' }, timestamp_micros: 1769860798000000 }],
      },
    },
    answers: [
      { status: 200, body: '{"validationMessages":[]}', attempts: [{ outcome: 'delivered', status: 200 }] },
      {
        status: 200,
        body: '{"validationMessages":[{"description":"Name x is wrong.","validationCode":"NAME_INVALID"}]}',
        attempts: [{ outcome: 'refused', reason: 'GA4 finds fault: NAME_INVALID', status: 200 }],
      },
    ],
  },
  {
    name: 'skips an event without a device',
    settings,
    deliveries: [event({ anonymousId: undefined as never })],
    skip: 'it has no anonymousId, which GA4 needs as client_id',
  },
  {
    name: 'takes the client id of the Google tag where the event carries it',
    settings: { ...settings, names: { 'Order Completed': 'order_done' } },
    secrets,
    deliveries: [
      event({
        integrations: { 'Google Analytics 4': { clientId: '12.34' } },
        properties: { 'Gift Wrap': true },
        context: {},
      }),
    ],
    request: {
      ...collect,
      body: {
        client_id: '12.34',
        user_id: 'u1',
        events: [{ name: 'order_done', params: { gift_wrap: 'true' }, timestamp_micros: 1769860795000000 }],
      },
    },
  },
  {
    name: 'skips an identify',
    settings,
    deliveries: [event({ type: 'identify' })],
    skip: 'GA4 has no event for identify',
  },
  {
    name: 'skips a name that GA4 keeps for itself',
    settings,
    deliveries: [event({ event: 'Session Start' })],
    skip: '"session_start" is no event name of GA4: map it in the setting names',
  },
  {
    name: 'skips a name that has no letters of GA4',
    settings,
    deliveries: [event({ event: '買う' })],
    skip: '"" is no event name of GA4: map it in the setting names',
  },
  {
    name: 'skips what happened long before it came',
    settings,
    deliveries: [event({ timestamp: Date.parse('2026-01-25T00:00:00Z') })],
    skip: 'it is older than the 72 hours that GA4 takes',
  },
]
