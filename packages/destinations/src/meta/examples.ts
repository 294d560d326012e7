import { change, event, exited } from '../testing/deliveries.ts'
import type { Example } from '../testing/example.ts'

const settings = {
  accessToken: { env: 'META_TOKEN' },
  datasetId: '123456789012345',
  customAudiences: { buyers: '238400000000001' },
}
const secrets = { accessToken: 'EAAB' }

/** The hashes that Meta's documentation gives for `John_Smith@gmail.com` and `(650)555-1212`. */
const email = '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f'
const phone = 'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const members = encodeURIComponent(JSON.stringify({ schema: ['EMAIL', 'PHONE'], data: [[email, phone]] })).replaceAll(
  '%20',
  '+',
)

const error = (code: number, more: object = {}) =>
  JSON.stringify({ error: { message: 'about somebody', type: 'OAuthException', code, ...more } })

export const metaExamples: Example[] = [
  {
    name: 'sends an event to the Conversions API, with hashed contacts',
    settings,
    secrets,
    deliveries: [event()],
    request: {
      method: 'POST',
      url: 'https://graph.facebook.com/v25.0/123456789012345/events',
      headers: { 'content-type': 'application/json' },
      body: {
        data: [
          {
            event_name: 'Purchase',
            event_time: 1769860795,
            event_id: 'm1',
            action_source: 'website',
            event_source_url: 'https://shop.example/thanks',
            user_data: {
              em: [email],
              external_id: ['bb82030dbc2bcaba32a90bf2e207a84a856fc5f033b77c480836ab6f77f40f19'],
              client_user_agent: 'Mozilla/5.0',
              client_ip_address: '203.0.113.0',
            },
            custom_data: {
              value: 49.9,
              currency: 'EUR',
              order_id: 'o-7',
              content_type: 'product',
              contents: [{ id: 'sku-1', quantity: 2, item_price: 24.95 }],
            },
          },
        ],
        access_token: 'EAAB',
      },
    },
    answers: [
      { status: 200, body: '{"events_received":1}', attempts: [{ outcome: 'delivered', status: 200 }] },
      {
        status: 400,
        body: error(100, { error_subcode: 2804050 }),
        attempts: [{ outcome: 'refused', reason: 'Meta answered 400 with code 100, 2804050', status: 400 }],
      },
      {
        status: 400,
        body: error(190),
        attempts: [{ outcome: 'failed', reason: 'Meta answered 400 with code 190', status: 400 }],
      },
      {
        status: 403,
        body: error(80_003),
        attempts: [{ outcome: 'failed', reason: 'Meta answered 403 with code 80003', status: 403 }],
      },
      {
        status: 400,
        body: error(100, { is_transient: true }),
        attempts: [{ outcome: 'failed', reason: 'Meta answered 400 with code 100', status: 400 }],
      },
      {
        status: 502,
        body: '<html>',
        attempts: [{ outcome: 'failed', reason: 'the endpoint answered 502', status: 502 }],
      },
    ],
  },
  {
    name: 'tries each event of a refused request alone, since one may be to blame',
    settings,
    secrets,
    deliveries: [
      event({
        event: 'Sofa Seen',
        properties: {},
        context: { userAgent: 'x', page: { url: 'https://shop.example/' } },
      }),
      event({
        messageId: 'm2',
        event: 'Bed Seen',
        properties: {},
        context: { userAgent: 'x', page: { url: 'https://shop.example/' } },
      }),
    ],
    request: {
      method: 'POST',
      url: 'https://graph.facebook.com/v25.0/123456789012345/events',
      headers: { 'content-type': 'application/json' },
      body: {
        data: ['m1', 'm2'].map((id, i) => ({
          event_name: ['Sofa Seen', 'Bed Seen'][i],
          event_time: 1769860795,
          event_id: id,
          action_source: 'website',
          event_source_url: 'https://shop.example/',
          user_data: {
            external_id: ['bb82030dbc2bcaba32a90bf2e207a84a856fc5f033b77c480836ab6f77f40f19'],
            client_user_agent: 'x',
          },
        })),
        access_token: 'EAAB',
      },
    },
    answers: [
      {
        status: 400,
        body: error(100),
        attempts: Array.from({ length: 2 }, () => ({
          outcome: 'failed' as const,
          reason: 'Meta answered 400 with code 100',
          status: 400,
          isAlone: true as const,
        })),
      },
    ],
  },
  {
    name: 'adds a member to the custom audience',
    settings,
    secrets,
    deliveries: [change()],
    request: {
      method: 'POST',
      url: 'https://graph.facebook.com/v25.0/238400000000001/users',
      headers: form,
      body: `payload=${members}&access_token=EAAB`,
    },
    answers: [
      {
        status: 200,
        body: '{"num_received":1,"num_invalid_entries":0}',
        attempts: [{ outcome: 'delivered', status: 200 }],
      },
      {
        status: 200,
        body: '{"num_received":1,"num_invalid_entries":1}',
        attempts: [{ outcome: 'refused', reason: 'Meta could use none of its identifiers', status: 200 }],
      },
    ],
  },
  {
    name: 'removes a member from it',
    settings,
    secrets,
    deliveries: [exited()],
    request: {
      method: 'DELETE',
      url: 'https://graph.facebook.com/v25.0/238400000000001/users',
      headers: form,
      body: `payload=${members}&access_token=EAAB`,
    },
  },
  {
    name: 'leaves in whom another profile keeps in',
    settings,
    deliveries: [exited({ cause: 'merge', mergedInto: { profileId: 'p2', isMember: true } })],
    skip: 'the person is still a member, by the profile that this one went up in',
  },
  {
    name: 'skips an audience that has no custom audience',
    settings,
    deliveries: [change({ audience: 'toString' })],
    skip: 'the settings name no custom audience for toString',
  },
  {
    name: 'skips a profile without contacts',
    settings,
    deliveries: [change({ identifiers: [{ type: 'anonymous_id', value: 'a1' }] })],
    skip: 'the profile has neither an e-mail address nor a telephone number',
  },
  {
    name: 'skips a purchase without a currency, for which Meta would refuse all others of its request',
    settings,
    deliveries: [event({ properties: { revenue: 1 } })],
    skip: 'it has no revenue or no currency, which Meta needs of a Purchase',
  },
  {
    name: 'skips an event of a website whose browser is not known',
    settings,
    deliveries: [event({ context: {} })],
    skip: 'it has no context.userAgent, which Meta needs of events of a website',
  },
  {
    name: 'skips what is older than Meta takes',
    settings,
    deliveries: [event({ timestamp: Date.parse('2026-01-20T00:00:00Z') })],
    skip: 'it is older than the 7 days that Meta takes',
  },
]
