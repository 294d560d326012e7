import { expect, test } from 'vitest'
import type { Manifest, RemovedCount, RowCount } from './make-manifest.ts'
import { type CountedHour, type ReconciledHour, reconcile } from './reconcile.ts'

const hour = '2026-01-31T12'
const manifest = (
  kind: 'events' | 'quarantine',
  counts: Omit<RowCount, 'source'>[],
  removed: Omit<RemovedCount, 'source'>[] = [],
): Manifest => ({
  ...{ kind, hour, files: [], rows: 0, distinct: 0, hash: '' },
  counts: counts.map((its) => ({ source: 'web', ...its })),
  removed: removed.map((its) => ({ source: 'web', ...its })),
})
const counted = (more: Partial<CountedHour>): CountedHour => ({
  ...{ source: 'web', hour, received: 0, accepted: 0, duplicate: 0, quarantined: 0, suppressed: 0 },
  ...{ quarantinedBy: {}, rejected: {} },
  ...more,
})

const rules: [rule: string, stats: CountedHour[], manifests: Manifest[], is: Partial<ReconciledHour>][] = [
  [
    'what was received is the sum of where it is',
    [
      counted({
        ...{ received: 21, accepted: 6, duplicate: 2, suppressed: 1, quarantined: 5 },
        ...{ quarantinedBy: { schema_violation: 4, parked: 1 }, rejected: { bot: 3, missing_event_name: 4 } },
      }),
    ],
    [
      manifest('events', [{ rows: 6 }, { code: 'bot', rows: 3 }]),
      manifest('quarantine', [
        { state: 'held', rows: 3 },
        { state: 'deleted', rows: 1 },
        { state: 'recovered', rows: 9 },
      ]),
    ],
    {
      ...{ received: 21, accepted: 6, kept: { bot: 3 }, quarantined: 4, parked: 1, duplicate: 2, suppressed: 1 },
      ...{ rejected: { missing_event_name: 4 }, difference: 0, differences: [] },
    },
  ],
  [
    'what was erased, or kept for its time, is told apart from what is lost',
    [
      counted({
        ...{ received: 20, accepted: 10, quarantined: 6 },
        ...{ quarantinedBy: { schema_violation: 6 }, rejected: { bot: 4 } },
      }),
    ],
    [
      manifest(
        'events',
        [{ rows: 5 }, { code: 'bot', rows: 1 }],
        [
          { why: 'erased', rows: 2 },
          { why: 'expired', rows: 3 },
          { why: 'expired', code: 'bot', rows: 3 },
        ],
      ),
      // Of three that were held and went with their person, one had been recovered: it is an event of another kind.
      manifest(
        'quarantine',
        [{ state: 'held', rows: 4 }],
        [
          { why: 'erased', state: 'held', rows: 3 },
          { why: 'erased', state: 'recovered', rows: 1 },
        ],
      ),
    ],
    { accepted: 5, kept: { bot: 1 }, quarantined: 4, erased: 4, expired: 6, difference: 0, differences: [] },
  ],
  [
    'what the lake lacks is named',
    [counted({ received: 5, accepted: 5 })],
    [manifest('events', [{ rows: 4 }])],
    {
      difference: 1,
      differences: [{ of: 'accepted', counted: 5, found: 4, says: expect.stringContaining('lacks some') }],
    },
  ],
  [
    'bots that the lake lacks are, too',
    [counted({ received: 2, rejected: { bot: 2 } })],
    [],
    { difference: 2, differences: [{ of: 'rejected as bot', counted: 2, found: 0, says: expect.anything() }] },
  ],
  [
    'what is stored and not yet counted is named',
    [],
    [manifest('events', [{ rows: 1 }])],
    {
      received: 0,
      difference: -1,
      differences: [{ of: 'accepted', counted: 0, found: 1, says: expect.stringContaining('look again') }],
    },
  ],
]
test.each(rules)('LA2, WI6 %s', (_rule, stats, manifests, is) => {
  expect(reconcile(stats, manifests)).toEqual([expect.objectContaining({ source: 'web', hour, ...is })])
})
