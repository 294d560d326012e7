import type { Workspace } from '@spartito/workspace'
import { keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'

export const viewedWithin = { id: 'viewing', event: 'Product Viewed', count: 3, windowMs: 5_000 }
export const clickedWithin = { id: 'clicking', event: 'Product Clicked', count: 1, windowMs: 3_000 }

/** Audiences of counts within a window, which enter by events and leave by the alarm alone. */
export const windowedAudiences = [viewedWithin, clickedWithin]

/** What the run collects into: two audiences with short windows, one of a trait, one for ever; one destination. */
export const faultsWorkspace = (destination: string): Workspace => ({
  sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  purposes: ['marketing'],
  identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  audiences: [
    ...windowedAudiences.map(({ id, event, count, windowMs }) => ({
      id,
      when: { event, count: { gte: count }, within: `PT${windowMs / 1_000}S` },
    })),
    { id: 'pro', when: { trait: 'plan', eq: 'pro' } },
    { id: 'buyers', when: { event: 'Order Completed' } },
  ],
  destinations: [receiverDestination(destination)],
})
