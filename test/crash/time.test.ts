import { resendDelayMs } from '@spartito/engine'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hold } from './checkpoints/start-checkpoints.ts'
import { eventOf, nameOf, type Visitor, type Windowed, windowsMs } from './crash-workspace.ts'
import { type Crash, startCrash, until, untilInstant } from './start-crash.ts'

/** How long after the last planned instant the runtime stays down. */
const downForMs = 700
/** What is overdue is delivered within this, once the runtime is up. */
const takenUpWithinMs = 3_000
/** How long a copy that should not come is awaited. */
const quietMs = 1_000

interface Row {
  visitor: Visitor
  /** what is entered before the kill, in the order of the events */
  enters: Windowed[]
  hold?: Hold
  /** whether the exit was decided before the kill */
  isDecided?: true
}

const rows: [killed: string, row: Row][] = [
  [
    'AU3 an exit whose alarm has begun and stored nothing is taken after the restart',
    { visitor: 'ada', enters: ['clicked'], hold: { at: 'alarm', carrying: [nameOf('ada')] } },
  ],
  [
    'DE1 an exit that the alarm has stored and the queue does not have comes from the outbox',
    {
      visitor: 'bea',
      enters: ['clicked'],
      hold: { at: 'changes.send', carrying: [nameOf('bea'), 'audience.exited'] },
      isDecided: true,
    },
  ],
  ['AU3 an exit that falls due in the stop comes by itself', { visitor: 'cleo', enters: ['searched'] }],
  ['AU3 several that fall due in the stop come in their order', { visitor: 'dora', enters: ['viewed', 'searched'] }],
]

let crash: Crash
let enteredAt: number
let killedAt: number
let upAt: number
let exitsBefore: number

const exitsOf = (visitor: Visitor) => crash.arrivals(visitor).filter(({ change }) => change.type === 'audience.exited')

/** Enters the row's audiences, and waits until the visitor knows that it has been heard. */
const enter = async ({ visitor, enters }: Row): Promise<void> => {
  for (const audience of enters) {
    const event = { event: eventOf[audience], messageId: `${visitor}-${audience}`, timestamp: enteredAt }
    expect(await crash.track(visitor, event)).toMatchObject({ status: 200, answer: { accepted: 1 } })
  }
  await crash.untilPassed('changes.confirmed', `${nameOf(visitor)} `, `${enters.length}]`)
}

beforeAll(async () => {
  const all = rows.map(([, row]) => row)
  crash = await startCrash(all.flatMap(({ hold }) => (hold ? [hold] : [])))
  // Every part runs once, so that what follows takes milliseconds of the windows; no audience knows the event.
  await crash.track('warm-up', { event: 'Order Completed', messageId: 'warm-up', timestamp: Date.now() })
  await crash.untilPassed('changes.confirmed', `${nameOf('warm-up')} `)
  enteredAt = Date.now()
  await Promise.all(all.map(enter))
  await crash.untilHeld()
  exitsBefore = all.flatMap(({ visitor }) => exitsOf(visitor)).length
  killedAt = await crash.kill()
  await untilInstant(enteredAt + windowsMs.viewed + downForMs)
  upAt = await crash.restart()
})

afterAll(() => crash?.end())

test('the kill comes when the first alarms are under way and the others are not yet due', () => {
  expect(exitsBefore).toBe(0)
  expect(killedAt).toBeGreaterThan(enteredAt + windowsMs.clicked)
  expect(killedAt).toBeLessThan(enteredAt + windowsMs.searched)
})

test.concurrent.each(rows)('killed -9, %s', async (_killed, { visitor, enters, isDecided }) => {
  // Each once by its key, in the order of the instants planned.
  const planned = enters
    .map((audience) => ({ audience, effectiveAt: enteredAt + windowsMs[audience] }))
    .sort((a, b) => a.effectiveAt - b.effectiveAt)
  await until('the exits', () => exitsOf(visitor).length >= planned.length)
  const arrivals = exitsOf(visitor)
  expect(arrivals.map(({ change }) => change)).toMatchObject(
    planned.map((exit, index) => ({ ...exit, cause: 'time', causeId: null, seq: enters.length + 1 + index })),
  )
  for (const { id, at, change } of arrivals) {
    expect(id).toBe(`${change.profileId}:${change.audience}:${change.seq}`)
    if (isDecided) expect(change.emittedAt).toBeLessThanOrEqual(killedAt)
    else expect(change.emittedAt).toBeGreaterThan(killedAt)
    const dueAt = isDecided ? Math.max(upAt, change.emittedAt + resendDelayMs(1)) : upAt
    expect(at).toBeLessThanOrEqual(dueAt + takenUpWithinMs)
  }
  await untilInstant(Date.now() + quietMs)
  expect(crash.arrivals(visitor)).toHaveLength(enters.length + planned.length)
})
