import { expect, test } from 'vitest'
import { identify, makeEvent, track } from '../make/event.ts'
import { makeProfile } from '../make/profile.ts'
import { dayMs, hourMs } from './calendar.ts'
import type { Condition } from './condition.ts'
import { type Recorded, record } from './history.ts'
import { holds } from './holds.ts'
import type { Profile } from './profile.ts'

const now = Date.parse('2026-03-29T12:00:00Z')

/** A track so long ago. */
const ago = (ms: number, event = 'X', properties = {}, fields: Partial<Recorded> = {}): Recorded =>
  track(event, now - ms, properties, fields)

type Row = [rule: string, condition: Condition, events: Recorded[], expected: boolean, profile?: Partial<Profile>]

const check = (_rule: string, condition: Condition, events: Recorded[], expected: boolean, profile = {}): void => {
  expect(holds(condition, record([], events), makeProfile(profile), now)).toBe(expected)
}

const yes: Condition = { all: [] }
const no: Condition = { any: [] }

const logic: Row[] = [
  ['all of nothing is true', { all: [] }, [], true],
  ['any of nothing is false', { any: [] }, [], false],
  ['all', { all: [yes, no] }, [], false],
  ['any', { any: [no, yes] }, [], true],
  ['not', { not: { all: [yes, { not: yes }] } }, [], true],
]
test.each(logic)('AU logic: %s', check)

const twice: Condition = { event: 'X', count: { gte: 2 }, within: 'PT1H' }
const tooLate = ago(31 * dayMs, 'X', {}, { receivedAt: now })
const paid = (value: number) => ({ where: [{ path: 'properties.value', gte: value }] })
const counts: Row[] = [
  ['once is enough if no count is asked', { event: 'X' }, [ago(0)], true],
  ['an event of another name does not count', { event: 'X' }, [ago(0, 'Y')], false],
  ['a page is known by its type', { event: 'page' }, [makeEvent({ type: 'page', timestamp: now })], true],
  ['an event exactly w old is out', twice, [ago(0), ago(hourMs)], false],
  ['one millisecond younger is in', twice, [ago(0), ago(hourMs - 1)], true],
  ['a copy does not count', twice, [ago(1, 'X', {}, { messageId: 'm' }), ago(0, 'X', {}, { messageId: 'm' })], false],
  ['less than one of none', { event: 'X', count: { lt: 1 } }, [], true],
  ['several bounds', { event: 'X', count: { gte: 1, lt: 2 } }, [ago(1), ago(0)], false],
  ['where', { event: 'X', ...paid(5) }, [ago(0, 'X', { value: 4 })], false],
  [
    'ALL of where',
    { event: 'X', where: [...paid(5).where, { path: 'properties.a', eq: 1 }] },
    [ago(0, 'X', { value: 5 })],
    false,
  ],
  ['what came too late counts for a lifetime', { event: 'X' }, [tooLate], true],
  ['what came too late counts in no window', { event: 'X', within: 'P60D' }, [tooLate], false],
  ['an import is never too late', { event: 'X', within: 'P60D' }, [{ ...tooLate, imported: true }], true],
  ['not performed', { notPerformed: 'X', within: 'PT1H' }, [ago(hourMs)], true],
  ['not performed, but it was', { notPerformed: 'X', within: 'PT1H' }, [ago(hourMs - 1)], false],
  ['not performed is true for the empty profile', { notPerformed: 'X', within: 'PT1H' }, [], true],
]
test.each(counts)('AU event: %s', check)

const values = [ago(2, 'X', { value: 0.1 }), ago(1, 'X', { value: 0.2 }), ago(hourMs, 'X', { value: 9 })]
const of = { of: 'properties.value', event: 'X' }
const aggregates: Row[] = [
  ['a sum in a window, exactly', { agg: 'sum', ...of, within: 'PT1H', eq: 0.3 }, values, true],
  ['a sum of a lifetime', { agg: 'sum', ...of, gt: 9.3 }, values, false],
  ['an average', { agg: 'avg', ...of, within: 'PT1H', eq: 0.15 }, values, true],
  ['avg of nothing lt 10 is false', { agg: 'avg', ...of, lt: 10 }, [], false],
  ['sum of nothing is 0', { agg: 'sum', ...of, lt: 10 }, [], true],
  ['the first by timestamp, not by arrival', { agg: 'first', ...of, eq: 9 }, values, true],
  ['the last', { agg: 'last', ...of, eq: 0.2 }, values, true],
  ['what came too late is not summed', { agg: 'sum', ...of, gt: 0 }, [{ ...tooLate, properties: { value: 1 } }], false],
]
test.each(aggregates)('AU agg: %s', check)

const steps: Condition = { sequence: [{ event: 'X' }, { event: 'Y' }], none: [{ event: 'Z' }], within: 'PT1H' }
const sequences: Row[] = [
  ['in its window', steps, [ago(hourMs - 1), ago(0, 'Y')], true],
  ['begun before its window', steps, [ago(hourMs), ago(0, 'Y')], false],
  ['none between', steps, [ago(9), ago(5, 'Z'), ago(0, 'Y')], false],
]
test.each(sequences)('AU sequence: %s', check)

const rested: Condition = { recency: { event: 'X' }, gte: 'PT1H' }
const rome = { tz: 'Europe/Rome' }
const midnight = now - Date.parse('2026-03-28T23:00:00Z')
const times: Row[] = [
  ['the last one so long ago', rested, [ago(hourMs), ago(5 * hourMs)], true],
  ['the last one a millisecond later', rested, [ago(hourMs - 1)], false],
  ['no last one', rested, [], false],
  ['less long ago', { recency: { event: 'X' }, lt: 'PT1H' }, [ago(hourMs - 1)], true],
  ['two local days', { days: { event: 'X', ...rome }, gte: 2 }, [ago(midnight), ago(midnight + 1)], true],
  ['one local day', { days: { event: 'X', ...rome }, gte: 2 }, [ago(midnight), ago(0)], false],
  ['one day of UTC', { days: { event: 'X' }, gte: 2 }, [ago(midnight), ago(midnight + 1)], false],
  ['days in a window', { days: { event: 'X' }, within: 'P2D', gte: 3 }, [ago(0), ago(dayMs), ago(2 * dayMs)], false],
  ['no days', { days: { event: 'X' }, eq: 0 }, [], true],
  ['today', { event: 'X', within: { calendar: 'today', ...rome } }, [ago(midnight)], true],
  ['not yet today', { event: 'X', within: { calendar: 'today', ...rome } }, [ago(midnight + 1)], false],
  ['first seen within', { firstSeen: { within: 'P1D' } }, [ago(dayMs - 1), ago(0)], true],
  ['first seen exactly then', { firstSeen: { within: 'P1D' } }, [ago(dayMs), ago(0)], false],
  ['first seen never', { firstSeen: { within: 'P1D' } }, [], false],
  ['first seen by what came too late', { firstSeen: { before: 'P1D' } }, [tooLate, ago(0)], false],
  ['not seen since', { lastSeen: { before: 'P1D' } }, [ago(dayMs)], true],
  ['seen since', { lastSeen: { before: 'P1D' } }, [ago(dayMs - 1)], false],
]
test.each(times)('AU time: %s', check)

const pro: Condition = { trait: 'plan', eq: 'pro' }
const steady: Condition = { ...pro, hasBeenFor: 'PT1H' }
const set = (plan: string | null, ms: number) => identify({ plan }, now - ms)
const traits: Row[] = [
  ['the latest value', pro, [set('pro', 0), set('free', 1)], true],
  ['not an earlier one', pro, [set('pro', 1), set('free', 0)], false],
  ['a trait never set', { trait: 'plan', ne: 'pro' }, [], false],
  ['a trait set to null', { trait: 'plan', exists: false }, [set('pro', 1), set(null, 0)], true],
  ['has been for exactly so long', steady, [set('pro', hourMs)], true],
  ['has been a millisecond less', steady, [set('pro', hourMs - 1)], false],
  ['set again, it has been so all along', steady, [set('pro', hourMs), set('pro', 5)], true],
  ['another value between, known late', steady, [set('pro', hourMs), set('free', 9), set('pro', 5)], false],
  [
    'it is the predicate that has held',
    { ...steady, eq: undefined, in: ['pro', 'team'] } as never,
    [set('team', hourMs), set('pro', 5)],
    true,
  ],
  [
    'missing since the profile was first seen',
    { trait: 'plan', exists: false, hasBeenFor: 'PT1H' },
    [ago(hourMs)],
    true,
  ],
  [
    'removed before it was ever set, it has been missing all along',
    { trait: 'plan', exists: false, hasBeenFor: 'PT1H' },
    [ago(hourMs), set(null, 5)],
    true,
  ],
  [
    'missing since it was removed',
    { trait: 'plan', exists: false, hasBeenFor: 'PT1H' },
    [set('pro', 9 * hourMs), set(null, 5)],
    false,
  ],
]
test.each(traits)('AU trait: %s', check)

const member = (ms: number): Partial<Profile> => ({ memberships: new Map([['b', now - ms]]) })
const churn = (ms: number): Partial<Profile> => ({ scores: { churn: { value: 0.8, timestamp: now - ms } } })
const touched = (source: string, ms: number) => ago(ms, 'X', {}, { context: { campaign: { source } } })
const score: Condition = { score: 'churn', gte: 0.8, maxAge: 'P1D' }
const others: Row[] = [
  ['an identifier', { identifier: 'email', exists: true }, [identify({ email: 'a@b.c' }, now)], true],
  ['no identifier', { identifier: 'email', exists: false }, [ago(0)], true],
  ['consent', { consent: 'marketing', is: 'granted' }, [], true, { consent: { marketing: 'granted' } }],
  ['consent unknown', { consent: 'marketing', is: 'unknown' }, [], true],
  ['an audience', { audience: 'b' }, [], true, member(0)],
  ['not in it', { audience: 'c' }, [], false, member(0)],
  ['in it for so long', { audience: 'b', for: 'PT1H' }, [], true, member(hourMs)],
  ['in it a millisecond less', { audience: 'b', for: 'PT1H' }, [], false, member(hourMs - 1)],
  [
    'first touch',
    { touch: 'first', where: [{ path: 'context.campaign.source', eq: 'ads' }] },
    [touched('mail', 0), touched('ads', 5)],
    true,
  ],
  [
    'last touch',
    { touch: 'last', where: [{ path: 'context.campaign.source', eq: 'ads' }] },
    [touched('mail', 0), touched('ads', 5)],
    false,
  ],
  ['no touch', { touch: 'last', where: [{ path: 'context.campaign.source', exists: false }] }, [ago(0)], false],
  ['a bucket', { bucket: { salt: 's', lt: 0.1 } }, [], true, { bucketOf: () => 0.0999 }],
  ['not in the bucket', { bucket: { salt: 's', lt: 0.1 } }, [], false, { bucketOf: () => 0.1 }],
  ['a score', score, [], true, churn(dayMs - 1)],
  ['a score too old', score, [], false, churn(dayMs)],
  ['no score', { score: 'churn', lt: 1 }, [], false],
]
test.each(others)('AU state: %s', check)
