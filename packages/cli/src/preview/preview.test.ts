import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventRow, makeFolder, makeLake } from '../testing/lake-folder.ts'
import { runSpartito } from '../testing/run-spartito.ts'
import { type Preview, previewAudience, previewText } from './preview.ts'

const order = (profile_id: string, timestamp: string, revenue: unknown) =>
  eventRow({ profile_id, timestamp, event: 'Order Completed', properties: { revenue } })

/** Ann buys on the 1st and the 3rd, Bob on the 2nd; Eve only looks, from the 2nd on. */
const shop = makeLake({
  events: [
    order('ann', '2026-03-01T10:00:00Z', 0.1),
    order('ann', '2026-03-03T10:00:00Z', 0.2),
    order('bob', '2026-03-02T10:00:00Z', 5),
    eventRow({ profile_id: 'eve', timestamp: '2026-03-02T09:00:00Z', type: 'page', name: 'Home' }),
    eventRow({ profile_id: null, timestamp: '2026-03-01T09:00:00Z', event: 'Order Completed' }),
  ],
})

const write = (document: unknown): string => {
  const file = join(makeFolder('audience'), 'audience.json')
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document))
  return file
}

const flags = {
  lake: shop,
  collector: '',
  tokenEnv: '',
  days: 4,
  at: Date.parse('2026-03-04T12:00:00Z'),
  policy: 'opt-in',
  json: false,
} as const

const members = async (when: unknown): Promise<number[]> =>
  (await previewAudience(write(when), flags)).days.map((day) => day.members)

test.each<[rule: string, when: unknown, byDay: number[]]>([
  ['a count over a lifetime', { event: 'Order Completed' }, [1, 2, 2, 2]],
  ['a count within elapsed time', { event: 'Order Completed', within: 'P1D' }, [1, 1, 1, 0]],
  ['0.1 and 0.2 are 0.3', { agg: 'sum', of: 'properties.revenue', event: 'Order Completed', eq: 0.3 }, [0, 0, 1, 1]],
  ['who did nothing of it', { notPerformed: 'Order Completed' }, [0, 1, 1, 1]],
  ['how long ago', { recency: { event: 'Order Completed' }, gte: 'P1D' }, [0, 1, 1, 2]],
  ['a calendar', { event: 'Order Completed', within: { calendar: 'yesterday', tz: 'UTC' } }, [0, 1, 1, 1]],
  ['nobody', { any: [] }, [0, 0, 0, 0]],
  ['everybody that is there', { all: [] }, [1, 3, 3, 3]],
])('by the end of each day: %s', async (_rule, when, byDay) => {
  expect(await members(when)).toEqual(byDay)
})

test('ID13 a trait has its newest value, by the time of the event; null removes it', async () => {
  const plan = (timestamp: string, value: unknown, received_at = timestamp) =>
    eventRow({ type: 'identify', profile_id: 'ann', timestamp, received_at, traits: { plan: value } })
  const lake = makeLake({
    events: [
      plan('2026-03-03T10:00:00Z', null),
      plan('2026-03-01T10:00:00Z', 'free'),
      plan('2026-03-02T10:00:00Z', 'pro', '2026-03-03T11:00:00Z'),
    ],
  })
  const byDay = async (when: unknown) =>
    (await previewAudience(write(when), { ...flags, lake })).days.map((day) => day.members)
  expect(await byDay({ trait: 'plan', eq: 'pro' })).toEqual([0, 1, 0, 0])
  expect(await byDay({ trait: 'plan', ne: 'pro' })).toEqual([1, 0, 0, 0])
  expect(await byDay({ trait: 'plan', exists: false })).toEqual([0, 0, 1, 1])
})

test('a definition has its purposes, and silence means what --policy says', async () => {
  const file = write({ id: 'buyers', purposes: ['marketing'], when: { event: 'Order Completed' } })
  expect(await previewAudience(file, flags)).toMatchObject({ audience: 'buyers', members: 0, profiles: 3 })
  expect(await previewAudience(file, { ...flags, policy: 'opt-out' })).toMatchObject({ members: 2, profiles: 3 })
})

test('who has merged is one: an event belongs to who has its device or its user on the newest day', async () => {
  const profile = (day: string, profile_id: string, ...values: string[]) => ({
    ...{ day, profile_id, first_seen: day, last_seen: day },
    identifiers: values.map((value) => ({ type: value.startsWith('u') ? 'user_id' : 'anonymous_id', value })),
  })
  const lake = makeLake({
    events: [
      // The telephone's profile has joined Ann's; Bob's is there; Eve's has come since; nobody has Joe's device today.
      { ...order('phone', '2026-03-01T10:00:00Z', 1), anonymous_id: 'd1' },
      { ...order('ann', '2026-03-01T11:00:00Z', 1), anonymous_id: 'd2', user_id: 'u1' },
      { ...order('bob', '2026-03-01T12:00:00Z', 1), anonymous_id: 'd3' },
      { ...order('eve', '2026-03-01T12:00:00Z', 1), anonymous_id: 'd4' },
      { ...order('joe', '2026-03-01T12:00:00Z', 1), anonymous_id: 'd5' },
    ],
    profiles: [
      profile('2026-03-01', 'phone', 'd1'),
      profile('2026-03-02', 'ann', 'd1', 'd2', 'u1'),
      profile('2026-03-02', 'bob', 'd3'),
    ],
  })
  const file = write({ event: 'Order Completed', count: { gte: 2 } })
  const asked = { ...flags, lake, at: Date.parse('2026-03-02T12:00:00Z') }
  expect(await previewAudience(file, asked)).toMatchObject({ members: 1, profiles: 4, notes: [] })
})

test('a value that a sum cannot hold is told', async () => {
  const lake = makeLake({
    events: [order('ann', '2026-03-01T10:00:00Z', 1e30), order('ann', '2026-03-01T10:00:00Z', 5)],
  })
  const file = write({ agg: 'sum', of: 'properties.revenue', event: 'Order Completed', gte: 5 })
  const { members: one, notes } = await previewAudience(file, { ...flags, lake })
  expect(one).toBe(1)
  expect(notes).toEqual([
    expect.stringMatching(/^when: 1 events have a value/),
    expect.stringMatching(/no daily profiles/),
  ])
})

test.each<[what: string, when: unknown, says: string]>([
  [
    'a sequence',
    { all: [{ sequence: [{ event: 'A' }, { event: 'B' }] }] },
    'when.all[0] cannot be previewed: a sequence',
  ],
  ['mode', { agg: 'mode', of: 'properties.a', event: 'A', eq: 1 }, 'when cannot be previewed: mode'],
  ['hasBeenFor', { not: { trait: 'plan', eq: 'pro', hasBeenFor: 'P7D' } }, 'when.not cannot be previewed: how long'],
  ['a score', { score: 'churn', gte: 0.5 }, 'when cannot be previewed: a score'],
  ['a bucket', { bucket: { salt: 'x', lt: 0.5 } }, 'when cannot be previewed: a bucket'],
  ['an identifier', { identifier: 'email', exists: true }, 'when cannot be previewed: which identifiers'],
  [
    'a category',
    { event: 'page', where: [{ path: 'category', eq: 'x' }] },
    "when.where[0].path cannot be previewed: the lake has no column for an event's category",
  ],
  [
    'a threshold with too many digits',
    { agg: 'sum', of: 'properties.a', event: 'A', gt: 1e30 },
    'when cannot be previewed: 1e+30',
  ],
  ['no condition', { evnt: 'A' }, 'is no sound audience'],
  ['a fault within', { all: [{ event: 'A', within: 'soon' }] }, '  all[0].within'],
  ['no JSON', '{', 'is not JSON'],
])('%s is said with its path', async (_what, when, says) => {
  await expect(previewAudience(write(when), flags)).rejects.toThrow(says)
})

test('an audience of a workspace, with the one that it names', async () => {
  const workspace = write({
    sources: [{ id: 'web', kind: 'server', writeKey: 'sk_123456' }],
    audiences: [
      { id: 'buyers', when: { event: 'Order Completed' } },
      { id: 'lookers', when: { not: { audience: 'buyers' } } },
      { id: 'loyal', when: { audience: 'buyers', for: 'P1D' } },
    ],
  })
  const ask = (id: string) => previewAudience(id, { ...flags, workspace })
  expect((await ask('lookers')).days.map((day) => day.members)).toEqual([0, 1, 1, 1])
  await expect(ask('loyal')).rejects.toThrow('when cannot be previewed: how long somebody has been a member')
  await expect(ask('others')).rejects.toThrow('it has buyers, lookers, loyal')
  await expect(previewAudience('others', flags)).rejects.toThrow('there is no file others')
})

test('people read a table, and nothing in it acts on their terminal', () => {
  const made: Preview = {
    audience: 'a\u001b[2J',
    at: '2026-03-04T12:00:00.000Z',
    members: 1,
    profiles: 4,
    days: [
      { day: '2026-03-03', members: 2, profiles: 4 },
      { day: '2026-03-04', members: 1, profiles: 4 },
    ],
    notes: [],
  }
  expect(previewText(made, 80).split('\n')).toEqual([
    'a\\u001b[2J: 1 of 4 profiles would be members at 2026-03-04T12:00:00.000Z (25.0 %)',
    '',
    '┌────────────┬─────────┬──────────┬────────┬────────────────────────────────┐',
    '│ day (UTC)  │ members │ profiles │  share │                                │',
    '├────────────┼─────────┼──────────┼────────┼────────────────────────────────┤',
    '│ 2026-03-03 │       2 │        4 │ 50.0 % │ ██████████████████████████████ │',
    '│ 2026-03-04 │       1 │        4 │ 25.0 % │ ███████████████                │',
    '└────────────┴─────────┴──────────┴────────┴────────────────────────────────┘',
  ])
})

test('the command prints one line of JSON', async () => {
  const file = write({ event: 'Order Completed' })
  const { code, out, err } = await runSpartito([
    'preview',
    file,
    '--lake',
    shop,
    '--days',
    '1',
    '--at',
    '2026-03-01T12:00:00Z',
    '--json',
  ])
  expect([code, err]).toEqual([0, ''])
  expect(JSON.parse(out)).toMatchObject({
    members: 1,
    profiles: 1,
    days: [{ day: '2026-03-01', members: 1, profiles: 1 }],
  })
})
