import { defineWorkspace, type Workspace } from '@spartito/workspace'
import type { DemoKeys } from './demo-keys.ts'

export interface DemoOrigins {
  shop: string
  segment: string
  destination: string
}

/** The workspace of the demonstration: two sources of pages, one of servers, three audiences, one destination. */
export const demoWorkspace = ({ shop, segment, destination }: DemoOrigins, keys: DemoKeys): Workspace =>
  defineWorkspace({
    sources: [
      {
        id: 'shop',
        kind: 'browser',
        name: "The shop, and a page with Segment's client",
        writeKey: keys.writeKey,
        origins: [shop, segment],
        // Segment's client sends no consent of its own, so the source does not ask for it; the shop's tag keeps the gate.
        consent: { policy: 'opt-out' },
        collect: ['analytics'],
      },
      { id: 'till', kind: 'server', name: 'Servers', writeKey: keys.serverKey, consent: { policy: 'opt-out' } },
    ],
    purposes: ['analytics', 'marketing'],
    identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
    audiences: [
      {
        id: 'engaged',
        name: 'Three products viewed within a minute',
        expose: true,
        purposes: ['analytics'],
        when: { event: 'Product Viewed', count: { gte: 3 }, within: 'PT1M' },
      },
      { id: 'pro', name: 'On the plan pro', expose: true, when: { trait: 'plan', eq: 'pro' } },
      { id: 'buyers', name: 'Bought something', when: { event: 'Order Completed' } },
    ],
    destinations: [
      {
        id: 'demo',
        type: 'webhook',
        name: 'The page that shows what arrives',
        purposes: ['marketing'],
        audiences: '*',
        settings: { url: `${destination}/hook`, secret: keys.webhookSecret },
      },
    ],
  })
