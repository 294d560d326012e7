import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hour } from '../testing/events.ts'
import { profileOf } from '../testing/judge.ts'
import { naive } from '../testing/naive.ts'
import { aCondition, aLeaf, anInstantAfter, someEvents, start } from '../testing/random.ts'
import { createVisitor } from '../testing/visitor.ts'

const history = someEvents.chain((events) => fc.record({ events: fc.constant(events), now: anInstantAfter(events) }))
const runs = { numRuns: 1500 }

test('a condition says what the plain reading of the specification says', () => {
  fc.assert(
    fc.property(aCondition, history, (condition, { events, now }) => {
      expect(profileOf(condition, [events]).judge(now).isMember).toBe(naive(condition, events, now))
    }),
    runs,
  )
})

test('AU4 events in any order, split over any fragments, give the same', () => {
  fc.assert(
    fc.property(aLeaf, history, fc.infiniteStream(fc.nat()), (condition, { events, now }, random) => {
      const parts: (typeof events)[] = [[], [], []]
      const shuffled = events
        .map((event) => ({ event, place: random.next().value! }))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => event)
      for (const event of shuffled) parts[random.next().value! % 3]!.push(event)
      const whole = profileOf(condition, [events.toSorted((a, b) => a.timestamp - b.timestamp)]).judge(now)
      expect(profileOf(condition, [shuffled]).judge(now).isMember).toBe(whole.isMember)
      expect(profileOf(condition, parts).judge(now).isMember).toBe(whole.isMember)
      expect(profileOf(condition, parts.toReversed()).judge(now)).toEqual(profileOf(condition, parts).judge(now))
    }),
    runs,
  )
})

test('AU2 until the next flip, time alone changes nothing', () => {
  fc.assert(
    fc.property(aCondition, history, (condition, { events, now }) => {
      const { judge } = profileOf(condition, [events])
      let at = now
      let flips = 0
      for (let { isMember, next } = judge(at); at < start + 200 * hour; { isMember, next } = judge(at)) {
        if (next !== undefined) expect(next).toBeGreaterThan(at)
        const until = Math.min(next ?? Number.POSITIVE_INFINITY, start + 200 * hour)
        // What can happen happens on half hours, or a millisecond beside them.
        for (let instant = at; instant < until; instant += hour / 2)
          for (const beside of [instant - 1, instant, instant + 1])
            if (beside >= at && beside < until) expect(judge(beside).isMember).toBe(isMember)
        if (until > at) expect(judge(until - 1).isMember).toBe(isMember)
        at = until
        expect(++flips).toBeLessThan(500)
      }
    }),
    { numRuns: 300 },
  )
})

test('AU4 sent in any order and twice, a visitor ends where the ordered one does', () => {
  fc.assert(
    fc.property(aCondition, history, fc.infiniteStream(fc.nat()), (condition, { events, now }, random) => {
      fc.pre(events.length > 0)
      const audiences = [{ id: 'it', when: condition }]
      const [ordered, other] = [createVisitor(audiences), createVisitor(audiences)]
      for (const event of events.toSorted((a, b) => a.timestamp - b.timestamp)) ordered.send([event])
      const twice = [...events, ...events].map((event) => ({ event, place: random.next().value! }))
      for (const { event } of twice.sort((a, b) => a.place - b.place)) other.send([event])
      ordered.wake(now)
      other.wake(now)
      expect(other.audiences).toEqual(ordered.audiences)
      expect(ordered.audiences).toEqual(naive(condition, events, now) ? ['it'] : [])
    }),
    { numRuns: 300 },
  )
})
