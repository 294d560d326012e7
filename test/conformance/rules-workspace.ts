import type { TrackingPlan, Transformation, Workspace } from '@spartito/workspace'
import { keys } from '../support/keys.ts'
import { oldKey } from './identity-site.ts'

export const ruleKeys = {
  plain: 'wk_test_without_rules',
  app: 'wk_test_of_an_app',
  careful: 'wk_test_of_a_careful_one',
} as const

const at = (path: string, eq: string | number) => ({ where: [{ path, eq }] })

/** A step of each kind. */
export const transformations: Transformation[] = [
  {
    sources: ['web', 'till'],
    steps: [
      { renameEvent: { 'Viewed Product': 'Product Viewed' } },
      { rename: { 'properties.prodId': 'properties.sku', 'properties.items[*].prodId': 'properties.items[*].sku' } },
      { mapValues: 'properties.size', to: { s: 'S', m: 'M' } },
      { cast: { 'properties.price': 'number' } },
      { normalize: ['traits.email', 'userId'], by: ['trim', 'lowercase'] },
      { derive: 'properties.label', template: '{properties.sku}/{properties.size}' },
      { hash: 'properties.mail' },
      { drop: ['properties.secret', 'context.ip'] },
      { dropEvent: true, when: { event: 'Noise' } },
    ],
  },
  { sources: ['web'], steps: [{ route: 'app', when: at('properties.brand', 'app') }] },
  { sources: ['careful'], steps: [{ cast: { 'properties.price': 'number' } }] },
]

const sku = { properties: { sku: { type: 'string', required: true }, n: { type: 'integer' } } } as const

/** An event for each thing that a plan may do. */
export const plan: TrackingPlan = {
  onViolation: 'warn',
  onUnknown: 'allow',
  events: {
    Allowed: { ...sku, onViolation: 'allow' },
    Warned: sku,
    Stripped: { ...sku, onViolation: 'strip' },
    Held: { ...sku, onViolation: 'quarantine' },
    Schemed: {
      onViolation: 'quarantine',
      schema: { properties: { code: { type: 'string', pattern: '^[A-Z]{2}$' } }, additionalProperties: false },
    },
  },
}

/** What the tests of rules collect into. */
export const rulesWorkspace = (more: Partial<Workspace> = {}): Workspace => ({
  sources: [
    {
      id: 'web',
      kind: 'browser',
      writeKey: keys.browser,
      consent: { policy: 'opt-out' },
      identityKeys: [oldKey],
    },
    { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
    { id: 'app', kind: 'browser', writeKey: ruleKeys.app, consent: { policy: 'opt-out' } },
    { id: 'plain', kind: 'browser', writeKey: ruleKeys.plain, consent: { policy: 'opt-out' }, sample: 20 },
    { id: 'careful', kind: 'browser', writeKey: ruleKeys.careful, collect: ['analytics'], sample: 20 },
  ],
  purposes: ['analytics', 'marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  transformations,
  plan,
  audiences: [{ id: 'holders', expose: true, when: { event: 'Held' } }],
  ...more,
})
