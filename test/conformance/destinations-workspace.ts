import type { Workspace } from '@spartito/workspace'
import { keys } from '../support/keys.ts'

/** What a second collector knows the first by. */
export const copyKey = 'wk_test_of_a_second_collector'

/** What deletions alone need, and lies within another setting. */
export const deletionSecret = 'of_an_oauth_client'

/** Where the destinations of a run send. */
export interface Origins {
  collector: string
  hook: string
  gone: string
  api: string
}

const common = { purposes: ['marketing'], audiences: [] } as const

/** A destination of each kind that can be tried on loopback, and those that an administrator has to mend. */
export const destinationsWorkspace = ({ collector, hook, gone, api }: Origins): Workspace => ({
  sources: [
    { id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } },
    { id: 'copy', kind: 'browser', writeKey: copyKey, consent: { policy: 'opt-out' } },
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
  ],
  purposes: ['marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  audiences: [
    { id: 'buyers', when: { event: 'Order Completed' } },
    { id: 'readers', when: { event: 'Article Read' } },
  ],
  destinations: [
    {
      ...common,
      id: 'hook',
      type: 'webhook',
      events: [{ event: 'Order Completed', where: [{ path: 'properties.revenue', gt: 10 }] }, { event: 'page' }],
      settings: { url: `${hook}/hook`, secret: keys.webhook },
    },
    {
      ...common,
      id: 'copy',
      type: 'segment',
      audiences: ['buyers'],
      // What the copy takes is not to be copied again.
      events: [{ event: 'Order Completed', where: [{ path: 'source', eq: 'web' }] }],
      settings: { url: `${collector}/v1/batch`, writeKey: copyKey, changes: 'both' },
    },
    {
      ...common,
      id: 'api',
      type: 'http',
      audiences: ['buyers'],
      settings: {
        secret: 'k3y',
        entered: {
          method: 'PUT',
          url: `${api}/people/{{identifiers.email}}/tags/{{audience}}`,
          headers: { authorization: 'Bearer {{secret}}', 'idempotency-key': '{{id}}' },
          needs: ['identifiers.email'],
          body: { since: '{{at}}', id: '{{profileId}}', spent: '{{traits.spent}}' },
        },
        exited: { method: 'DELETE', url: `${api}/refused` },
      },
    },
    {
      ...common,
      id: 'bulk',
      type: 'http',
      audiences: ['readers'],
      settings: { batch: 10, entered: { url: `${api}/bulk`, body: { list: 'readers', people: ['{{profileId}}'] } } },
    },
    {
      ...common,
      id: 'gone',
      type: 'webhook',
      audiences: ['buyers'],
      disabled: true,
      settings: { url: `${gone}/hook`, secret: keys.webhook },
    },
    {
      ...common,
      id: 'weak',
      type: 'webhook',
      audiences: ['buyers'],
      disabled: true,
      settings: { url: `${gone}/hook`, secret: { env: 'TEST_WEAK_SECRET' } },
    },
    {
      ...common,
      id: 'ads',
      type: 'google-ads',
      audiences: ['buyers'],
      disabled: true,
      settings: {
        customerId: '1234567890',
        userLists: { buyers: '7' },
        clientId: 'x',
        clientSecret: { env: 'TEST_GOOGLE_SECRET' },
        refreshToken: { env: 'TEST_GOOGLE_TOKEN' },
        acceptsCustomerMatchTerms: true,
      },
    },
    {
      ...common,
      id: 'counts',
      type: 'ga4',
      disabled: true,
      settings: {
        measurementId: 'G-ABC1234567',
        secret: { env: 'TEST_GOOGLE_SECRET' },
        deletion: {
          propertyId: '123456789',
          clientId: 'x',
          clientSecret: deletionSecret,
          refreshToken: { env: 'TEST_GOOGLE_TOKEN' },
        },
      },
    },
  ],
})
