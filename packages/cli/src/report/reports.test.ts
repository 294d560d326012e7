import { expect, test } from 'vitest'
import { eventRow, type LakeRow, makeLake } from '../testing/lake-folder.ts'
import { readPeriod } from './report.ts'
import { audiences } from './reports/audiences.ts'
import { deliveries } from './reports/deliveries.ts'
import { funnel } from './reports/funnel.ts'
import { sources } from './reports/sources.ts'
import { at, tables } from './testing/report-tables.ts'

test('sources: what arrived, by the time of receipt', async () => {
  const lake = makeLake({
    events: [
      eventRow({ source: 'web', timestamp: at(1), type: 'page', profile_id: 'ann' }),
      eventRow({ source: 'web', timestamp: at(1), event: 'Order Completed', profile_id: 'ann' }),
      eventRow({ source: 'web', timestamp: at(2), type: 'page', profile_id: null, is_bot: true, anonymous_id: 'bot' }),
      eventRow({
        source: 'till',
        timestamp: '2026-01-01T12:00:00Z',
        received_at: at(2),
        is_late: true,
        event: 'Order Completed',
        profile_id: 'bob',
      }),
      eventRow({ source: 'till', timestamp: '2026-02-28T23:59:59.999Z', profile_id: 'eve' }),
      eventRow({ source: 'till', timestamp: '2026-04-01T00:00:00Z', profile_id: 'eve' }),
    ],
  })
  expect(await tables(sources, {}, lake)).toEqual([
    [
      ['web', 3, 1, 1, 0, 1, 0.75],
      ['till', 1, 1, 0, 1, 0, 0.25],
    ],
    [
      ['2026-03-01', 2, 1],
      ['2026-03-02', 2, 1],
    ],
    [
      ['Order Completed', 2, 2],
      ['page', 2, 1],
    ],
  ])
})

test('audiences: who is a member had entered last, also before the period', async () => {
  let seq = 0
  const change = (
    profile_id: string,
    type: string,
    audience: string,
    effective_at: string,
    cause = 'event',
  ): LakeRow => ({
    ...{
      id: `${profile_id}:${audience}:${++seq}`,
      profile_id,
      type: `audience.${type}`,
      audience,
      seq,
      cause,
      effective_at,
    },
    emitted_at: effective_at,
  })
  const twice = change('ann', 'entered', 'buyers', at(2))
  const lake = makeLake({
    changes: [
      change('old', 'entered', 'buyers', '2026-01-01T00:00:00Z'),
      twice,
      twice,
      change('bob', 'entered', 'buyers', at(2)),
      change('bob', 'exited', 'buyers', at(3), 'time'),
      change('ann', 'entered', 'lookers', at(3)),
      change('ann', 'exited', 'buyers', '2026-04-01T00:00:00Z'),
    ],
  })
  expect(await tables(audiences, {}, lake)).toEqual([
    [
      ['buyers', 2, 1, 2],
      ['lookers', 1, 0, 1],
    ],
    [
      ['2026-03-02', 'buyers', 2, 0],
      ['2026-03-03', 'buyers', 0, 1],
      ['2026-03-03', 'lookers', 1, 0],
    ],
    [
      ['buyers', 'event', 2],
      ['buyers', 'time', 1],
      ['lookers', 'event', 1],
    ],
  ])
})

test('deliveries: what arrived, how soon, and why the rest did not', async () => {
  let id = 0
  const delivery = (destination: string, state: string, fields: LakeRow = {}): LakeRow => ({
    ...{ id: `d${++id}`, destination, state, at: at(5), attempts: 1, latency_ms: 100, kind: 'change' },
    ...fields,
  })
  const lake = makeLake({
    deliveries: [
      delivery('crm', 'delivered', { latency_ms: 100 }),
      delivery('crm', 'delivered', { latency_ms: 300, attempts: 2 }),
      delivery('crm', 'delivered', { latency_ms: 200, attempts: 3 }),
      delivery('crm', 'parked', { status: 410, reason: 'gone', attempts: 1 }),
      delivery('crm', 'parked', { status: 410, reason: 'gone', attempts: 1 }),
      delivery('ads', 'skipped', { reason: 'consent' }),
      delivery('ads', 'delivered', { at: '2026-04-01T00:00:00Z' }),
    ],
  })
  expect(await tables(deliveries, {}, lake)).toEqual([
    [
      ['crm', 3, 2, 0, 2, 200, 300],
      ['ads', 0, 0, 1, null, null, null],
    ],
    [
      ['crm', 'parked', '410', 'gone', 2],
      ['ads', 'skipped', null, 'consent', 1],
    ],
  ])
})

const visit = (profile_id: string, event: string, timestamp: string): LakeRow =>
  event === 'page' ? eventRow({ profile_id, type: 'page', timestamp }) : eventRow({ profile_id, event, timestamp })

test('a funnel: in order, within its time, each profile with its best run', async () => {
  const lake = makeLake({
    events: [
      // Ann goes through at once.
      visit('ann', 'page', at(1, '10:00:00')),
      visit('ann', 'View', at(1, '10:00:10')),
      visit('ann', 'Buy', at(1, '10:01:10')),
      // Bob begins twice: his first run leads nowhere in time, his second one does.
      visit('bob', 'page', at(2, '10:00:00')),
      visit('bob', 'page', at(3, '10:00:00')),
      visit('bob', 'View', at(3, '10:00:30')),
      visit('bob', 'Buy', at(3, '10:02:30')),
      // Eve buys before she looks; Joe looks in the very millisecond; Kim's second step is too late; Lea begins too early.
      visit('eve', 'page', at(4, '10:00:00')),
      visit('eve', 'Buy', at(4, '10:00:01')),
      visit('eve', 'View', at(4, '10:00:02')),
      visit('joe', 'page', at(5)),
      visit('joe', 'View', at(5)),
      visit('kim', 'page', at(6, '10:00:00')),
      visit('kim', 'View', at(6, '11:00:00.001')),
      visit('lea', 'page', '2026-02-28T23:59:59Z'),
      visit('lea', 'View', at(1, '00:00:01')),
    ],
  })
  expect(await tables(funnel, { steps: ['page', 'View', 'Buy'], withinMs: 3_600_000 }, lake)).toEqual([
    [
      ['1. page', 5, 1, null, null],
      ['2. View', 3, 3 / 5, 3 / 5, 10_000],
      ['3. Buy', 2, 2 / 5, 2 / 3, 90_000],
    ],
  ])
})

test('a period is 30 days to today, unless it is said otherwise, and begins before it ends', () => {
  const now = Date.parse('2026-03-31T23:59:59Z')
  expect(readPeriod(undefined, undefined, now)).toEqual({ since: '2026-03-02', until: '2026-03-31' })
  expect(readPeriod('2026-01-01', undefined, now)).toEqual({ since: '2026-01-01', until: '2026-03-31' })
  expect(readPeriod(undefined, '2026-01-30', now)).toEqual({ since: '2026-01-01', until: '2026-01-30' })
  expect(() => readPeriod('2026-04-02', '2026-04-01', now)).toThrow('turn --since and --until around')
})
