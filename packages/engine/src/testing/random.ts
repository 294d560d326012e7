import type { Event } from '@spartito/protocol'
import fc from 'fast-check'
import type { AggregateCondition, Condition, EventFilter, NumberComparison, Window } from '../audience/condition.ts'
import { at, hour, makeEvent } from './events.ts'

/** The night in which Rome's clocks go forward, so that calendars meet a day of 23 hours. */
export const start = at('2026-03-28T00:00Z')
/** Events and instants lie on half hours, so that windows of whole hours end exactly on some. */
const step = hour / 2

const name = fc.constantFrom('A', 'B', 'C')
const value = fc.constantFrom(0.1, 0.2, 1, 2, -1, 'x', 'y', true)

export const anEvent: fc.Arbitrary<Event> = fc
  .record({
    kind: fc.constantFrom('track', 'track', 'track', 'identify'),
    event: name,
    value: fc.option(value, { nil: undefined }),
    plan: fc.constantFrom('pro', 'free'),
    score: fc.option(fc.constantFrom(0.2, 0.9), { nil: undefined }),
    verified: fc.boolean(),
    place: fc.integer({ min: 0, max: 150 }),
  })
  .map(({ kind, event, value, plan, score, verified, place }) => {
    const timestamp = start + place * step
    if (kind === 'identify')
      return makeEvent({
        type: 'identify',
        timestamp,
        ...(verified && { verified }),
        traits: { plan, ...(score !== undefined && { scores: { s: score } }) },
      })
    return makeEvent({ event, timestamp, properties: value === undefined ? {} : { value } })
  })

export const someEvents: fc.Arbitrary<Event[]> = fc.array(anEvent, { maxLength: 24, size: 'max' })

const numbers: fc.Arbitrary<NumberComparison> = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((gte) => ({ gte })),
  fc.integer({ min: 0, max: 4 }).map((lt) => ({ lt })),
  fc.integer({ min: 0, max: 3 }).map((eq) => ({ eq })),
  fc.integer({ min: 0, max: 3 }).map((low) => ({ between: [low, low + 1] as const })),
)
const tz = fc.constantFrom('Europe/Rome', 'America/New_York')
const duration = fc.constantFrom('PT1H', 'PT5H', 'P1D', 'P2D')
const window: fc.Arbitrary<Window> = fc.oneof(
  duration,
  duration,
  fc.record({ calendar: fc.constantFrom('today', 'yesterday', 'this_week', 'this_month', 'last_month'), tz }),
  fc.record({
    between: fc.constantFrom(['2026-03-28', '2026-03-29'] as const, ['2026-03-29', '2026-03-29'] as const),
    tz,
  }),
)
const maybe = { within: fc.option(window, { nil: undefined }) }
const filter: fc.Arbitrary<EventFilter> = fc.oneof(
  name.map((event) => ({ event })),
  fc.record({ event: name, eq: value }).map(({ event, eq }) => ({ event, where: [{ path: 'properties.value', eq }] })),
  fc
    .record({ event: name, gte: fc.constantFrom(0.2, 1) })
    .map(({ event, gte }) => ({ event, where: [{ path: 'properties.value', gte }] })),
)

const sumsAndSuch = fc.record({
  agg: fc.constantFrom('sum', 'avg', 'min', 'max', 'distinct'),
  filter,
  numbers,
  ...maybe,
})
const values = fc.record({ agg: fc.constantFrom('first', 'last', 'mode'), filter, value, ...maybe })
const gap = fc.record(
  { min: fc.constantFrom('PT1H', 'PT5H'), max: fc.constantFrom('PT5H', 'P1D') },
  { requiredKeys: [] },
)
const sequence = fc
  .record({
    steps: fc.array(fc.record({ filter, after: gap }), { minLength: 1, maxLength: 3 }),
    bars: fc.array(filter, { maxLength: 1 }),
    ...maybe,
  })
  .map(({ steps, bars, within }) => ({
    sequence: steps.map(({ filter, after }, index) => (index === 0 ? filter : { ...filter, after })),
    none: bars,
    within,
  }))

/** A condition without one that JSON would not hold. */
const plain = <T>(condition: T): Condition => JSON.parse(JSON.stringify(condition)) as Condition

/** Any condition on events, traits, scores and sightings that holds no other. */
export const aLeaf: fc.Arbitrary<Condition> = fc
  .oneof(
    fc.record({ filter, count: numbers, ...maybe }).map(({ filter, ...rest }) => ({ ...filter, ...rest })),
    sumsAndSuch.map(({ filter, numbers, ...rest }) => ({ ...filter, of: 'properties.value', ...rest, ...numbers })),
    values.map(
      ({ filter, value: eq, ...rest }) => ({ ...filter, of: 'properties.value', ...rest, eq }) as AggregateCondition,
    ),
    sequence,
    fc.record({ recency: filter, gte: duration, ...{} }),
    fc.record({ recency: filter, gt: fc.constant('PT1H'), lte: duration }),
    fc.record({ notPerformed: name, ...maybe }),
    fc
      .record({ filter, tz, numbers, ...maybe })
      .map(({ filter, tz, numbers, within }) => ({ days: { ...filter, tz }, within, ...numbers })),
    fc.record({
      trait: fc.constant('plan'),
      eq: fc.constantFrom('pro', 'free'),
      hasBeenFor: fc.option(duration, { nil: undefined }),
    }),
    fc.record({
      trait: fc.constant('plan'),
      exists: fc.boolean(),
      hasBeenFor: fc.option(duration, { nil: undefined }),
    }),
    window.map((within) => ({ firstSeen: { within } })),
    duration.map((before) => ({ lastSeen: { before } })),
    fc.record({ score: fc.constant('s'), gte: fc.constant(0.5), maxAge: fc.option(duration, { nil: undefined }) }),
  )
  .map(plain)

/** Any such condition, and trees of them. */
export const aCondition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    aLeaf,
    fc.array(tie('tree'), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('tree'), { maxLength: 3 }).map((any) => ({ any })),
    tie('tree').map((not) => ({ not })),
  ),
})).tree

/** An instant after all events of a history. */
export const anInstantAfter = (events: readonly Event[]): fc.Arbitrary<number> =>
  fc
    .integer({ min: 0, max: 200 })
    .map((place) => Math.max(start, ...events.map(({ timestamp }) => timestamp)) + place * step)
