import type { Event } from '@spartito/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { day, makeEvent, minute, noon } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'
import { viewProfile } from '../visitor/read.ts'
import { addToSessions, type Sessions } from './sessions.ts'
import { type ShownSessions, shownSessions } from './shown-sessions.ts'

/** An event so many minutes after noon, in a session of that id, by a device. */
type Seen = [minutes: number, id?: string | number | undefined, device?: string | undefined]

const seen = ([minutes, id, device = 'a']: Seen): Event =>
  makeEvent({
    timestamp: noon + minutes * minute,
    receivedAt: noon + day,
    anonymousId: device,
    ...(id !== undefined && { context: { sessionId: id } }),
  })

const foldAll = (events: readonly Event[]): { sessions?: Sessions } => {
  let sessions: Sessions | undefined
  for (const event of events) sessions = addToSessions(sessions, event)
  return sessions ? { sessions } : {}
}

/** As a table tells them: `id start–end events`, the newest first. */
const told = ({ recent }: ShownSessions): string[] =>
  recent.map(
    ({ id, start, end, events }) => `${id ?? '-'} ${(start - noon) / minute}–${(end - noon) / minute} ${events}`,
  )

// biome-ignore format: a row a rule
const tables: [rule: string, events: Seen[], expected: string[]][] = [
  ['no event is no session', [], []],
  ['one event is one', [[0]], ['- 0–0 1']],
  ['less than 30 minutes apart is the same', [[0], [29], [58]], ['- 0–58 3']],
  ['30 minutes apart is another', [[0], [30]], ['- 30–30 1', '- 0–0 1']],
  ['one that comes late bridges two', [[0], [50], [25]], ['- 0–50 3']],
  ['an id is one session, however long it rests', [[0, 's'], [300, 's']], ['s 0–300 2']],
  ['another id is another session, however near', [[0, 's'], [1, 't']], ['t 1–1 1', 's 0–0 1']],
  ['a number is an id', [[0, 7], [300, '7']], ['7 0–300 2']],
  ['an empty id is none', [[0, ''], [1]], ['- 0–1 2']],
  ['what has no id is of the session that is near', [[0, 's'], [20], [40], [90]], ['- 90–90 1', 's 0–40 3']],
  ['of two the nearer', [[0, 's'], [21], [40, 't']], ['t 21–40 2', 's 0–0 1']],
  ['of two as near the earlier', [[0, 's'], [20], [40, 't']], ['t 40–40 1', 's 0–20 2']],
  ['two devices are read as one', [[0, undefined, 'a'], [29, undefined, 'b'], [58, undefined, 'a']], ['- 0–58 3']],
  ['an id is one over devices', [[0, 's', 'a'], [300, 's', 'b']], ['s 0–300 2']],
]

const aSeen: fc.Arbitrary<Seen> = fc.tuple(
  fc.integer({ min: 0, max: 60 }).map((place) => place * 10),
  fc.constantFrom(undefined, undefined, undefined, 's', 't'),
  fc.constantFrom('a', 'b'),
)

/** Read from the rule as plainly as it can be. */
const naive = (all: readonly Seen[]): string[] => {
  const named = new Map<string, number[]>()
  for (const [minutes, id] of all) if (id) named.set(String(id), [...(named.get(String(id)) ?? []), minutes])
  const loose = all.filter(([, id]) => !id).map(([minutes]) => minutes)
  loose.sort((a, b) => a - b)
  const stretches: number[][] = []
  for (const minutes of loose) {
    const last = stretches.at(-1)
    if (last && minutes - last.at(-1)! < 30) last.push(minutes)
    else stretches.push([minutes])
  }
  const sessions = [...named].map(([id, own]) => ({ id, own, more: [] as number[], start: Math.min(...own) }))
  const alone: { id: string; own: number[]; more: number[] }[] = []
  for (const stretch of stretches) {
    const away = ({ own }: { own: number[] }) =>
      Math.max(0, Math.min(...own) - Math.max(...stretch), Math.min(...stretch) - Math.max(...own))
    const near = sessions.filter((session) => away(session) < 30)
    near.sort((a, b) => away(a) - away(b) || a.start - b.start || (a.id < b.id ? -1 : 1))
    if (near[0]) near[0].more.push(...stretch)
    else alone.push({ id: '-', own: stretch, more: [] })
  }
  return [...sessions, ...alone]
    .map(({ id, own, more }) => ({ id, all: [...own, ...more] }))
    .map(({ id, all }) => `${id} ${Math.min(...all)}–${Math.max(...all)} ${all.length}`)
    .sort()
}

describe('ID9 AD sessions of a profile', () => {
  test.each(tables)('%s', (_rule, all, expected) => {
    const byDevice = Map.groupBy(all.map(seen), ({ anonymousId }) => anonymousId)
    const shown = shownSessions([...byDevice.values()].map(foldAll))
    expect(told(shown)).toEqual(expected)
    expect(shown.count).toBe(expected.length)
  })

  test('AU4 in any order, on any fragments, they are the same, and those of a plain reading', () => {
    const shuffled = fc
      .array(aSeen, { maxLength: 25 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length }),
          fc.integer({ min: 0, max: 25 }),
        ),
      )
    fc.assert(
      fc.property(shuffled, ([all, others, cut]) => {
        const [ordered, permuted] = [all.map(seen), others.map(seen)]
        expect(foldAll(permuted)).toEqual(foldAll(ordered))
        const whole = shownSessions([foldAll(ordered)])
        expect(told(whole).sort()).toEqual(naive(all))
        expect(shownSessions([foldAll(permuted.slice(0, cut)), foldAll(permuted.slice(cut))])).toEqual(whole)
        const byDevice = Map.groupBy(permuted, ({ anonymousId }) => anonymousId)
        expect(shownSessions([...byDevice.values()].map(foldAll))).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })

  test('the newest 50 are known one by one, those before are counted', () => {
    const all = Array.from({ length: 60 }, (_, n): Seen => [n * 40])
    const shown = shownSessions([foldAll(all.map(seen))])
    expect(shown).toMatchObject({ count: 60, first: noon, last: noon + 59 * 40 * minute, isCut: true })
    expect(told(shown)).toHaveLength(50)
    expect(told(shown).at(-1)).toBe('- 400–400 1')
  })

  test('an event older than what was pushed out adds none', () => {
    const { sessions } = foldAll(Array.from({ length: 60 }, (_, n): Seen => [n * 40]).map(seen))
    expect(addToSessions(sessions, seen([20]))).toBe(sessions)
  })

  test('an id too long to keep is still one session', () => {
    const shown = shownSessions([foldAll([seen([0, 'x'.repeat(65)]), seen([300, 'x'.repeat(65)])])])
    expect(shown).toMatchObject({ count: 1, recent: [{ id: expect.stringMatching(/^.{11}$/) }] })
  })

  const sessionsOf = (visitor: ReturnType<typeof createVisitor>) => viewProfile(visitor.state, []).sessions

  test('a visitor: duplicates and what comes too late count none, nor what a server sends for nobody at a device', () => {
    const visitor = createVisitor([])
    const event = seen([0, 's'])
    visitor.send([event, event, seen([1, 's'])])
    visitor.send([event])
    visitor.send([seen([-40 * 24 * 60])])
    const { anonymousId: _none, ...noDevice } = seen([90])
    visitor.send([{ ...noDevice, userId: 'A' }])
    expect(sessionsOf(visitor)).toEqual({
      count: 1,
      first: noon,
      last: noon + minute,
      recent: [{ id: 's', start: noon, end: noon + minute, events: 2 }],
    })
  })

  test('ID12 a merge reads as one, whoever joins', () => {
    const sides = () => {
      const [one, other] = [createVisitor([]), createVisitor([], 'b')] as const
      one.send([seen([0, 's']), seen([100])])
      other.send([seen([20, undefined, 'b']), seen([110, 's', 'b'])])
      return [one, other] as const
    }
    const [one, other] = sides()
    one.merge(other, noon + day)
    const [two, another] = sides()
    another.merge(two, noon + day)
    expect(sessionsOf(one)).toEqual(sessionsOf(another))
    expect(told(sessionsOf(one))).toEqual(['s 0–110 4'])
  })
})
