import type { EpochMs, Event } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { consent, identify, noon, track } from '../make/event.ts'
import { dayMs, hourMs } from './calendar.ts'
import type { Audience, Condition } from './condition.ts'
import { type Input, simulate } from './simulate.ts'

const define = (audiences: Audience[], at = noon, version = 1): Input => ({
  kind: 'definition',
  at,
  version,
  audiences,
})
const audience = (when: Condition, fields: Partial<Audience> = {}): Audience => ({ id: 'a', when, ...fields })
const request = (at: EpochMs, ...events: Event[]): Input => ({ kind: 'request', at, events })

/** An X that is received when it happens. */
const x = (at: EpochMs, properties = {}): Input => request(at, track('X', at, properties))
/** An X that happened so much earlier than it is received. */
const late = (at: EpochMs, ms: number): Input => request(at, track('X', at - ms, {}, { receivedAt: at }))

/** What is emitted, a word each: `+a event 0` is an entry by an event at noon. */
const emitted = (until: EpochMs, ...inputs: Input[]): string[] => {
  const scenario = { profileId: 'p', policy: 'opt-in', identifierTypes: [], inputs, until } as const
  const { changes } = simulate(scenario, { bucketOf: () => 0.5, hashOf: String })
  expect(changes.map((change) => change.seq)).toEqual(changes.map((_, index) => index + 1))
  return changes.map(({ type, audience: id, cause, effectiveAt }) => {
    return `${type === 'audience.entered' ? '+' : '-'}${id} ${cause} ${effectiveAt - noon}`
  })
}

const once = audience({ event: 'X', within: 'PT1H' })
const twice = audience({ event: 'X', count: { gte: 2 }, within: 'PT1H' })
const notA: Audience = { id: 'b', when: { not: { audience: 'a' } } }
const later = noon + 10 * hourMs

test('AU: an event exactly w old is out, one millisecond younger in', () => {
  expect(emitted(noon + hourMs - 1, define([once]), x(noon))).toEqual(['+a event 0'])
  expect(emitted(noon + hourMs, define([once]), x(noon))).toEqual(['+a event 0', `-a time ${hourMs}`])
})

test('AU: a third event one millisecond before the exit replans it', () => {
  const inputs = [define([twice]), x(noon), x(noon + 1000), x(noon + hourMs - 1)]
  expect(emitted(later, ...inputs)).toEqual(['+a event 1000', `-a time ${hourMs + 1000}`])
})

test('AU1 an event at the instant of the exit: the exit is taken first', () => {
  const inputs = [define([once]), x(noon), x(noon + hourMs)]
  expect(emitted(noon + hourMs, ...inputs)).toEqual(['+a event 0', `-a time ${hourMs}`, `+a event ${hourMs}`])
})

test('AU3 several overdue flips are taken in order, each at its planned instant', () => {
  const long = audience({ event: 'X', within: 'PT2H' }, { id: 'c' })
  expect(emitted(later, define([long, once]), x(noon))).toEqual([
    '+c event 0',
    '+a event 0',
    `-a time ${hourMs}`,
    `-c time ${2 * hourMs}`,
  ])
})

test.each([
  ['2026-03-28T12:00:00Z', '2026-03-29', 23],
  ['2026-10-24T12:00:00Z', '2026-10-25', 25],
])('AU: today in Europe/Rome, from %s, has on %s %d hours; P1D always 24', (begin, _date, hours) => {
  const at = Date.parse(begin)
  const today = audience({ event: 'X', within: { calendar: 'today', tz: 'Europe/Rome' } })
  const dayLong = audience({ event: 'X', within: 'P1D' }, { id: 'c' })
  const inputs = [define([today, dayLong], at), x(at), x(at + dayMs)]
  const scenario = { profileId: 'p', policy: 'opt-in', identifierTypes: [], inputs, until: at + 3 * dayMs } as const
  const flips = simulate(scenario, { bucketOf: () => 0, hashOf: String }).changes.filter(
    (change) => change.cause === 'time',
  )
  const exits = flips.filter((change) => change.audience === 'a').map((change) => change.effectiveAt)
  expect(exits[1]! - exits[0]!).toBe(hours * hourMs)
  expect(flips.filter((change) => change.audience === 'c').map((change) => change.effectiveAt - at)).toEqual([
    dayMs,
    2 * dayMs,
  ])
})

test('AU: count ≥ 2 met by a merge enters with cause merge', () => {
  const merge: Input = { kind: 'merge', at: noon + 9, mergeId: 'm', events: [track('X', noon - 5)] }
  expect(emitted(noon + 9, define([twice]), x(noon), merge)).toEqual(['+a merge 9'])
})

test('WI9 what both sides of a merge received counts once', () => {
  const merge: Input = { kind: 'merge', at: noon + 9, mergeId: 'm', events: [track('X', noon)] }
  expect(emitted(noon + 9, define([twice]), x(noon), merge)).toEqual([])
})

test('AU: B = not A: when A exits by time, B enters at the same instant', () => {
  expect(emitted(later, define([notA, once]), x(noon))).toEqual([
    '+a event 0',
    `-a time ${hourMs}`,
    `+b time ${hourMs}`,
  ])
})

test('AU: avg of nothing lt 10 is false', () => {
  const cheap = audience({ agg: 'avg', of: 'properties.value', event: 'X', lt: 10 })
  expect(emitted(later, define([cheap]), x(noon))).toEqual([])
  expect(emitted(later, define([cheap]), x(noon, { value: 9 }))).toEqual(['+a event 0'])
})

const spent = audience({ agg: 'sum', of: 'properties.value', event: 'X', gte: 1 })

test('AU: ten times 0.1 is gte 1; a refund that takes the sum below the threshold exits', () => {
  const tenths = Array.from({ length: 10 }, (_, index) => x(noon + index, { value: 0.1 }))
  const refund = x(noon + 20, { value: -0.1 })
  expect(emitted(later, define([spent]), ...tenths, refund)).toEqual(['+a event 9', '-a event 20'])
})

test('AU1 all events of one request are one evaluation: only its difference is emitted', () => {
  const both = request(noon, track('X', noon - 1, { value: 5 }), track('X', noon, { value: -5 }))
  expect(emitted(later, define([spent]), both)).toEqual([])
})

test('AU1 now never runs backwards', () => {
  const inputs = [define([twice]), x(noon), request(noon - 60_000, track('X', noon - 60_000))]
  expect(emitted(noon, ...inputs)).toEqual(['+a event 0'])
})

test('AU4 what was entered and left wholly in the past is not emitted', () => {
  expect(emitted(later, define([once]), late(noon, hourMs))).toEqual([])
  expect(emitted(later, define([once]), late(noon, hourMs - 1))).toEqual(['+a event 0', '-a time 1'])
})

test('AU4 more than 30 days late counts in a lifetime alone', () => {
  const ever = audience({ event: 'X' }, { id: 'e' })
  const recent = audience({ event: 'X', within: 'P60D' }, { id: 'r' })
  expect(emitted(noon, define([ever, recent]), late(noon, 30 * dayMs + 1))).toEqual(['+e event 0'])
  expect(emitted(noon, define([ever, recent]), late(noon, 30 * dayMs))).toEqual(['+e event 0', '+r event 0'])
  const imported = { ...late(noon, 31 * dayMs), imported: true }
  expect(emitted(noon, define([recent]), imported)).toEqual(['+r import 0'])
})

test('AU5 a definition that changes emits each difference once', () => {
  const edited = { ...twice, when: { event: 'X', count: { gte: 1 }, within: 'PT1H' } } as Audience
  const inputs = [define([twice]), x(noon), define([edited, notA], noon + 5, 2), define([], noon + 9, 3)]
  expect(emitted(later, ...inputs)).toEqual(['+a definition 5', '-a definition 9'])
})

test('AU5 a profile begins with its first event: definitions before it emit nothing', () => {
  const quiet = audience({ notPerformed: 'X', within: 'PT1H' })
  expect(emitted(noon + dayMs, define([quiet]))).toEqual([])
  expect(emitted(noon, define([quiet]), request(noon, track('Y', noon)))).toEqual(['+a event 0'])
})

test('AU: for counts from the entry, and begins again after an exit', () => {
  const loyal: Audience = { id: 'l', when: { audience: 'a', for: 'PT30M' } }
  const inputs = [define([loyal, once]), x(noon), x(noon + 2 * hourMs), x(noon + 2 * hourMs + 60_000)]
  expect(emitted(later, ...inputs)).toEqual([
    '+a event 0',
    `+l time ${hourMs / 2}`,
    `-a time ${hourMs}`,
    `-l time ${hourMs}`,
    `+a event ${2 * hourMs}`,
    `+l time ${2.5 * hourMs}`,
    `-a time ${3 * hourMs + 60_000}`,
    `-l time ${3 * hourMs + 60_000}`,
  ])
})

test('AU: for counts from an entry by time, too', () => {
  const gone = audience({ notPerformed: 'X', within: 'PT1H' })
  const lost: Audience = { id: 'l', when: { audience: 'a', for: 'PT30M' } }
  expect(emitted(later, define([gone, lost]), x(noon))).toEqual([`+a time ${hourMs}`, `+l time ${1.5 * hourMs}`])
})

test('AU: a trait that has been so for long enough enters by time', () => {
  const steady = audience({ trait: 'plan', eq: 'pro', hasBeenFor: 'PT1H' })
  const set = (plan: string, at: EpochMs) => request(at, identify({ plan }, at))
  const inputs = [define([steady]), set('pro', noon), set('free', noon + 9 * hourMs)]
  expect(emitted(later, ...inputs)).toEqual([`+a time ${hourMs}`, `-a event ${9 * hourMs}`])
})

const needy = audience({ event: 'X' }, { purposes: ['marketing'] })
const choose = (marketing: boolean, at: EpochMs) => consent({ marketing }, at)

test('CO6 consent alone enters and exits with cause consent', () => {
  const inputs = [define([needy]), x(noon), request(noon + 1, choose(true, noon + 1))]
  const withdrawn = request(noon + 2, choose(false, noon + 2))
  expect(emitted(later, ...inputs, withdrawn)).toEqual(['+a consent 1', '-a consent 2'])
})

test('AU6 what would not have flipped without the new decision is by consent, what would have by event', () => {
  const both = request(noon + 1, track('X', noon + 1), choose(true, noon + 1))
  expect(emitted(later, define([needy]), request(noon, track('Y', noon)), both)).toEqual(['+a consent 1'])
  const either = audience({ any: [{ event: 'X' }, { consent: 'marketing', is: 'granted' }] })
  expect(emitted(later, define([either]), request(noon, track('Y', noon)), both)).toEqual(['+a event 1'])
})

test('AU6 what begins a profile, and what a merge brings, is no change by consent', () => {
  const willing = audience({ consent: 'marketing', is: 'granted' })
  expect(emitted(later, define([willing]), request(noon, choose(true, noon)))).toEqual(['+a event 0'])
  const merge: Input = { kind: 'merge', at: noon + 9, mergeId: 'm', events: [choose(true, noon - 5)] }
  expect(emitted(later, define([willing]), x(noon), merge)).toEqual(['+a merge 9'])
})

test('AU: a score ages', () => {
  const risky = audience({ score: 'churn', gte: 0.5, maxAge: 'PT1H' })
  const scored = identify({ scores: { churn: 0.7, other: 'high' } }, noon, { receivedAt: noon + 5, verified: true })
  const scores: Input = { kind: 'request', at: noon + 5, events: [scored], imported: true }
  expect(emitted(later, define([risky]), x(noon), scores)).toEqual(['+a import 5', `-a time ${hourMs}`])
})

test('ID11 a page gives itself no score', () => {
  const risky = audience({ score: 'churn', gte: 0.5 })
  expect(emitted(later, define([risky]), request(noon, identify({ scores: { churn: 0.7 } }, noon)))).toEqual([])
})

test('WI8, WI9 a copy by a clock behind does not move the one that counted', () => {
  const first = request(noon + hourMs, track('X', noon + hourMs, {}, { messageId: 'm' }))
  const copy = request(noon, track('X', noon, {}, { messageId: 'm' }))
  expect(emitted(later, define([once]), first, copy)).toEqual([`+a event ${hourMs}`, `-a time ${2 * hourMs}`])
})
