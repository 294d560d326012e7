import { expect, test } from 'vitest'
import { syncSteps } from './sync-steps.ts'
import type { Destination, Workspace } from './workspace.ts'

const destination = (
  id: string,
  audiences: Destination['audiences'],
  more: Partial<Extract<Destination, { type: 'webhook' }>> = {},
): Destination => ({
  id,
  type: 'webhook',
  purposes: ['marketing'],
  audiences,
  settings: { url: 'https://hooks.example', secret: { env: 'SECRET' } },
  ...more,
})

const workspace = (audiences: string[], ...destinations: Destination[]): Workspace => ({
  sources: [],
  audiences: audiences.map((id) => ({ id, when: { event: id } })),
  destinations,
})

const crm = (audiences: Destination['audiences'], more: Partial<Extract<Destination, { type: 'webhook' }>> = {}) =>
  destination('crm', audiences, more)
const exits = { exitsWhenRemoved: true }

const rows: [rule: string, before: Workspace, after: Workspace, steps: string[]][] = [
  [
    'one that is new hears of all its audiences',
    workspace(['a', 'b']),
    workspace(['a', 'b'], crm('*')),
    ['crm entered a,b'],
  ],
  ['one that stays hears of nothing', workspace(['a'], crm(['a'])), workspace(['a'], crm('*')), []],
  [
    'one that is given another hears of that',
    workspace(['a', 'b'], crm(['a'])),
    workspace(['a', 'b'], crm(['a', 'b'])),
    ['crm entered b'],
  ],
  ['an audience that is new is left to the sweep', workspace(['a'], crm('*')), workspace(['a', 'b'], crm('*')), []],
  [
    'one that is enabled is new',
    workspace(['a'], crm(['a'], { disabled: true })),
    workspace(['a'], crm(['a'])),
    ['crm entered a'],
  ],
  ['one that is removed hears of no exit', workspace(['a'], crm(['a'])), workspace(['a']), []],
  ['unless it says so', workspace(['a'], crm(['a'], exits)), workspace(['a']), ['crm exited a']],
  [
    'as does one that loses an audience',
    workspace(['a', 'b'], crm('*', exits)),
    workspace(['a', 'b'], crm(['b'], exits)),
    ['crm exited a'],
  ],
  [
    'and one that is disabled',
    workspace(['a'], crm(['a'], exits)),
    workspace(['a'], crm(['a'], { ...exits, disabled: true })),
    ['crm exited a'],
  ],
]

test.each(rows)('DE7 %s', (_rule, before, after, steps) => {
  const said = syncSteps(before, after).map(({ destination: { id }, type, audiences }) => `${id} ${type} ${audiences}`)
  expect(said).toEqual(steps)
})
