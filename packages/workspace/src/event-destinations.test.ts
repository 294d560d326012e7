import type { Event } from '@spartito/protocol'
import { expect, test } from 'vitest'
import type { Destination } from './destination.ts'
import { eventDestinationsOf } from './event-destinations.ts'

const destination = (more: Partial<Destination>): Destination =>
  ({
    id: 'crm',
    type: 'webhook',
    purposes: ['marketing'],
    audiences: [],
    settings: { url: 'https://crm.example/hook', secret: { env: 'S' } },
    ...more,
  }) as Destination

const event = (more: Partial<Event>): Event => ({
  messageId: 'm',
  type: 'track',
  event: 'Order Completed',
  timestamp: 1,
  receivedAt: 1,
  source: 'web',
  properties: { revenue: 20, items: [{ sku: 'a' }, { sku: 'b' }] },
  ...more,
})

const of = (events: Destination['events'], one: Event): string[] =>
  eventDestinationsOf([destination(events === undefined ? {} : { events })])
    .filter(({ takes }) => takes(one))
    .map(({ id }) => id)

test.each<[what: string, events: Destination['events'], one: Event, isTaken: boolean]>([
  ['none when none are asked for', undefined, event({}), false],
  ['all by *', '*', event({ type: 'alias' }), true],
  ['by the name of a track', [{ event: 'Order Completed' }], event({}), true],
  ['no track by another name', [{ event: 'Order Refunded' }], event({}), false],
  ['by its type', [{ event: 'page' }], event({ type: 'page', event: undefined as never }), true],
  ['by ANY of the filters', [{ event: 'page' }, { event: 'Order Completed' }], event({}), true],
  [
    'by a predicate that holds',
    [{ event: 'Order Completed', where: [{ path: 'properties.revenue', gte: 20 }] }],
    event({}),
    true,
  ],
  [
    'by none that does not',
    [{ event: 'Order Completed', where: [{ path: 'properties.revenue', gt: 20 }] }],
    event({}),
    false,
  ],
  [
    'by ALL predicates',
    [
      {
        event: 'Order Completed',
        where: [
          { path: 'properties.revenue', gt: 1 },
          { path: 'source', eq: 'app' },
        ],
      },
    ],
    event({}),
    false,
  ],
  [
    'by entries of a list',
    [{ event: 'Order Completed', where: [{ path: 'properties.items[*].sku', any: true, eq: 'b' }] }],
    event({}),
    true,
  ],
  [
    'without coercing',
    [{ event: 'Order Completed', where: [{ path: 'properties.revenue', eq: '20' }] }],
    event({}),
    false,
  ],
])('a destination takes %s', (_what, events, one, isTaken) => {
  expect(of(events, one)).toEqual(isTaken ? ['crm'] : [])
})

test('a destination that is switched off takes none', () => {
  expect(eventDestinationsOf([destination({ events: '*', disabled: true })])).toEqual([])
})
