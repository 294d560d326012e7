import type { Workspace } from '@spartito/workspace'
import { keys } from '../support/keys.ts'

/** Sources beside the plain one, each with one thing that the suite asks about. */
export const moreKeys = {
  /** takes events from one origin alone */
  origin: 'wk_test_of_one_origin',
  /** needs consent to `analytics` */
  consent: 'wk_test_of_a_consented_source',
  disabled: 'wk_test_of_a_source_off',
} as const

export const allowedOrigin = 'https://shop.example'

/** What the suite collects into. */
export const conformanceWorkspace: Workspace = {
  sources: [
    { id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } },
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
    { id: 'shop', kind: 'browser', writeKey: moreKeys.origin, origins: [allowedOrigin] },
    {
      id: 'careful',
      kind: 'browser',
      writeKey: moreKeys.consent,
      consent: { policy: 'opt-in' },
      collect: ['analytics'],
    },
    { id: 'off', kind: 'browser', writeKey: moreKeys.disabled, disabled: true },
  ],
  purposes: ['analytics', 'marketing'],
  identity: { blocked: ['demo'], identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  plan: { events: { 'Product Viewed': { properties: { product_id: { type: 'string', required: true } } } } },
  audiences: [
    { id: 'viewing', expose: true, when: { event: 'Product Viewed', within: 'PT30M' } },
    { id: 'buyers', expose: true, when: { event: 'Order Completed' } },
    { id: 'secret', when: { event: 'Product Viewed' } },
  ],
}
