import type { Workspace } from '@spartito/workspace'
import { keys } from '../../support/keys.ts'

type Audiences = NonNullable<Workspace['audiences']>

/** Three audiences of everyday shape; each `Product Viewed` touches the first of them. */
const everyday: Audiences = [
  {
    id: 'engaged',
    expose: true,
    purposes: ['analytics'],
    when: { event: 'Product Viewed', count: { gte: 3 }, within: 'PT30M' },
  },
  { id: 'pro', expose: true, when: { trait: 'plan', eq: 'pro' } },
  { id: 'buyers', when: { event: 'Order Completed' } },
]

/** The workspace that the collector is measured with. */
export const benchWorkspace = (
  audiences: Audiences = everyday,
  destinations: NonNullable<Workspace['destinations']> = [],
): Workspace => ({
  sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  purposes: ['analytics', 'marketing'],
  audiences,
  destinations,
})
