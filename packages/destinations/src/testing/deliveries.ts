import type { AudienceChange, Event } from '@spartito/protocol'
import type { Delivery } from '../delivery.ts'
import { exampleNow } from './example.ts'

type Change = Extract<Delivery, { kind: 'change' }>

export const change = (more: Partial<AudienceChange> = {}): Change => {
  const whole: AudienceChange = {
    id: 'p1:buyers:3',
    type: 'audience.entered',
    audience: 'buyers',
    version: 7,
    profileId: 'p1',
    seq: 3,
    cause: 'event',
    causeId: 'm1',
    effectiveAt: exampleNow - 2_000,
    emittedAt: exampleNow - 1_000,
    identifiers: [
      { type: 'anonymous_id', value: 'a1' },
      { type: 'user_id', value: 'u1' },
      { type: 'email', value: 'john_smith@gmail.com' },
      { type: 'phone', value: '+16505551212' },
    ],
    traits: { plan: 'pro' },
    consent: { marketing: 'granted' },
    ...more,
  }
  return { kind: 'change', id: whole.id, profileId: whole.profileId, change: whole }
}

export const exited = (more: Partial<AudienceChange> = {}): Change =>
  change({ id: 'p1:buyers:4', seq: 4, type: 'audience.exited', ...more })

export const event = (more: Partial<Event> = {}): Extract<Delivery, { kind: 'event' }> => {
  const whole: Event = {
    messageId: 'm1',
    type: 'track',
    event: 'Order Completed',
    anonymousId: 'a1',
    userId: 'u1',
    timestamp: exampleNow - 5_000,
    receivedAt: exampleNow - 3_000,
    source: 'web',
    properties: {
      order_id: 'o-7',
      revenue: 49.9,
      currency: 'eur',
      products: [{ product_id: 'sku-1', name: 'Cup', price: 24.95, quantity: 2 }],
    },
    context: {
      userAgent: 'Mozilla/5.0',
      ip: '203.0.113.0',
      page: { url: 'https://shop.example/thanks', title: 'Thanks' },
      traits: { email: 'John_Smith@gmail.com' },
    },
    ...more,
  }
  return { kind: 'event', id: `p1:${whole.messageId}`, profileId: 'p1', event: whole }
}
