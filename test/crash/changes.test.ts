import { resendDelayMs } from '@spartito/engine'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import { nameOf, type Visitor } from './crash-workspace.ts'
import { type Crash, startCrash, until, untilInstant } from './start-crash.ts'

/** How long after its instant a repetition that should not come would have come. */
const marginMs = 1_000

interface Row {
  visitor: Visitor
  at: Checkpoint
  /** copies that arrived before the kill, and over all */
  before: number
  copies: number
}

const rows: [killed: string, row: Row][] = [
  [
    'DE1 after its commit and before the queue has it: it comes from the outbox',
    { visitor: 'ada', at: 'changes.send', before: 0, copies: 1 },
  ],
  [
    'DE1 when the queue has it and its consumer has not begun: it comes from the outbox',
    { visitor: 'bea', at: 'changes.taken', before: 0, copies: 1 },
  ],
  [
    'DE2 when it is delivered and the visitor has not heard: it is sent again, and known',
    { visitor: 'cleo', at: 'changes.confirm', before: 1, copies: 1 },
  ],
  [
    'DE1 when the visitor has heard and has stored nothing since: it is sent once more, and known',
    { visitor: 'dora', at: 'changes.confirmed', before: 1, copies: 1 },
  ],
]

/** Who shares a runtime and its kill: a queue has one consumer, which hangs once. */
const together: Visitor[][] = [['ada', 'bea'], ['cleo'], ['dora']]

interface Story {
  crash: Crash
  sentAt: number
  killedAt: number
  upAt: number
  arrivedBefore: number
}

const crashes: Crash[] = []
const stories = new Map<Visitor, Story>()

const live = async (its: Row[]): Promise<void> => {
  const crash = await startCrash(its.map(({ at, visitor }) => ({ at, carrying: [nameOf(visitor)] })))
  crashes.push(crash)
  const sentAt = Date.now()
  for (const { visitor } of its) {
    const order = { event: 'Order Completed', messageId: `${visitor}-order`, timestamp: sentAt }
    // Its answer may hang with the Worker and die with it; this client does not ask again.
    crash.track(visitor, order).catch(() => undefined)
  }
  await crash.untilHeld()
  // What has arrived is settled once the lake hears of it: from then on its delivery is known.
  if (its.some(({ before }) => before > 0)) await crash.untilPassed('outcome.tell', '"audience":"buyers"')
  const arrived = its.map(({ visitor }) => crash.arrivals(visitor).length)
  const killedAt = await crash.kill()
  const upAt = await crash.restart()
  for (const [index, { visitor }] of its.entries())
    stories.set(visitor, { crash, sentAt, killedAt, upAt, arrivedBefore: arrived[index]! })
}

beforeAll(async () => {
  await Promise.all(
    together.map((visitors) => live(rows.map(([, row]) => row).filter(({ visitor }) => visitors.includes(visitor)))),
  )
})

afterAll(async () => {
  await Promise.all(crashes.map((crash) => crash.end()))
})

test.concurrent.each(rows)('a change, killed -9 %s', async (_killed, { visitor, before, copies }) => {
  const { crash, sentAt, killedAt, upAt, arrivedBefore } = stories.get(visitor)!
  expect(arrivedBefore).toBe(before)
  const arrivals = () => crash.arrivals(visitor)
  await until(`${copies} arrivals`, () => arrivals().length >= copies)
  await untilInstant(Math.max(upAt, killedAt + resendDelayMs(1)) + marginMs)
  expect(arrivals()).toHaveLength(copies)
  expect(new Set(arrivals().map(({ id, body }) => `${id} ${body}`)).size).toBe(1)

  const { id, change } = arrivals()[0]!
  expect(id).toBe(`${change.profileId}:buyers:1`)
  expect(change).toMatchObject({ id, type: 'audience.entered', audience: 'buyers', seq: 1 })
  expect(change).toMatchObject({ cause: 'event', causeId: `${visitor}-order` })
  // It was decided once, before the kill, and is as it was then.
  expect(change.effectiveAt).toBeGreaterThanOrEqual(sentAt)
  expect(change.effectiveAt).toBeLessThanOrEqual(killedAt)
  expect(change.emittedAt).toBeLessThanOrEqual(killedAt)
  const profile = await crash.admin.profile({ type: 'anonymous_id', value: visitor })
  expect(profile?.audiences).toMatchObject([{ id: 'buyers', since: change.effectiveAt }])

  // The next change has the next number: nothing was numbered in between.
  await crash.track(visitor, { event: 'Article Read', messageId: `${visitor}-article`, timestamp: Date.now() })
  await until('the next change', () => arrivals().length > copies)
  expect(arrivals().at(-1)!.change).toMatchObject({ audience: 'readers', seq: 2 })
})
