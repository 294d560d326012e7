import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readMessageIds } from '../support/read-message-ids.ts'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import { nameOf, type Visitor } from './crash-workspace.ts'
import { type Answered, type Crash, startCrash } from './start-crash.ts'

interface Row {
  visitor: Visitor
  at: Checkpoint
  /** whether the client has its 2xx before the kill */
  isAnswered: boolean
  /** whether the client sends the event again after the restart, as one without a 2xx does */
  asksAgain: boolean
}

const rows: [killed: string, row: Row][] = [
  [
    'after its commit and before the queue has it; its client asks again',
    { visitor: 'ada', at: 'events.send', isAnswered: false, asksAgain: true },
  ],
  [
    'after its commit and before the queue has it; its client never asks again',
    { visitor: 'bea', at: 'events.send', isAnswered: false, asksAgain: false },
  ],
  [
    'after its 2xx, when the queue has it and its consumer has not begun',
    { visitor: 'cleo', at: 'events.taken', isAnswered: true, asksAgain: false },
  ],
  [
    'after its 2xx, when the lake has it and the visitor has not heard',
    { visitor: 'dora', at: 'events.confirm', isAnswered: true, asksAgain: false },
  ],
]

/** Who shares a runtime and its kill: a queue has one consumer, which hangs once. */
const together: Visitor[][] = [['ada', 'bea', 'cleo'], ['dora']]

interface Story {
  crash: Crash
  /** undefined when the runtime died before it answered */
  first: Answered | undefined
  again: Answered | undefined
}

const crashes: Crash[] = []
const stories = new Map<Visitor, Story>()

const live = async (its: Row[]): Promise<void> => {
  const crash = await startCrash(its.map(({ at, visitor }) => ({ at, carrying: [nameOf(visitor)] })))
  crashes.push(crash)
  const timestamp = Date.now()
  const track = (visitor: Visitor) =>
    crash.track(visitor, { event: 'Page Seen', messageId: `${visitor}-seen`, timestamp }).catch(() => undefined)
  const asked = its.map(({ visitor }) => track(visitor))
  await crash.untilHeld()
  await crash.kill()
  const first = await Promise.all(asked)

  // Watched, to know when all of it is over: what counts twice has counted by then.
  await crash.restart('watched')
  const again = await Promise.all(its.map(({ visitor, asksAgain }) => (asksAgain ? track(visitor) : undefined)))
  for (const [index, { visitor }] of its.entries())
    stories.set(visitor, { crash, first: first[index], again: again[index] })
}

beforeAll(async () => {
  await Promise.all(
    together.map((visitors) => live(rows.map(([, row]) => row).filter(({ visitor }) => visitors.includes(visitor)))),
  )
})

afterAll(async () => {
  await Promise.all(crashes.map((crash) => crash.end()))
})

test.concurrent.each(rows)('DE1 WI6 LA2 an event, killed -9 %s, is there once', async (_killed, row) => {
  const { visitor, isAnswered, asksAgain } = row
  const { crash, first, again } = stories.get(visitor)!
  expect(first?.status).toBe(isAnswered ? 200 : undefined)
  if (asksAgain) expect(again).toMatchObject({ status: 200, answer: { accepted: 0, duplicate: 1 } })

  await crash.untilPassed('events.confirmed', nameOf(visitor))
  const { sources } = await crash.admin.stats()
  const counts = sources.filter(({ id }) => id === visitor)
  const sum = (of: 'received' | 'accepted' | 'duplicate') => counts.reduce((all, source) => all + source[of], 0)
  const duplicate = asksAgain ? 1 : 0
  expect([sum('received'), sum('accepted'), sum('duplicate')]).toEqual([1 + duplicate, 1, duplicate])
  const lake = join(crash.folder, visitor)
  await crash.copyLake(lake)
  const messageIds = [...(await readMessageIds(lake)).keys()]
  expect(messageIds.filter((messageId) => messageId.startsWith(visitor))).toEqual([`${visitor}-seen`])
})
