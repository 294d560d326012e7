import type { Event } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'
import { afterAll, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import { crashWorkspace, nameOf, type Visitor } from './crash-workspace.ts'
import { type Crash, startCrash, until } from './start-crash.ts'

/** The destination hears of one event, and of no audience. */
const workspace = (origin: string): Workspace => {
  const { destinations, ...rest } = crashWorkspace(origin)
  return { ...rest, destinations: [{ ...destinations![0]!, audiences: [], events: [{ event: 'Page Seen' }] }] }
}

const crashes: Crash[] = []
afterAll(async () => {
  await Promise.all(crashes.map((crash) => crash.end()))
})

const pendingOf = async ({ collector }: Crash): Promise<number> => {
  const response = await fetch(`${collector}/admin/deliveries`, { headers: { authorization: `Bearer ${keys.admin}` } })
  const { destinations } = (await response.json()) as { destinations: { pending: number }[] }
  return destinations[0]!.pending
}

const rows: [killed: string, at: Checkpoint, visitor: Visitor][] = [
  ['when its delivery is stored and the consumer has not heard', 'delivery.stored', 'bea'],
  ['when it is in the lake and handed over, and the visitor has not heard', 'events.confirm', 'cleo'],
]

test.concurrent.each(rows)('DE8 an event, killed -9 %s, is delivered, under one id', async (_killed, at, visitor) => {
  const crash = await startCrash([{ at, carrying: [nameOf(visitor)] }], workspace)
  crashes.push(crash)
  const messageId = `${visitor}-seen`
  await crash.track(visitor, { event: 'Page Seen', messageId, timestamp: Date.now() })
  await crash.untilHeld()
  await crash.kill()
  await crash.restart('watched')
  // The visitor sends it again, since nobody has confirmed it; by then what was handed over is known.
  await crash.untilPassed('events.confirmed', nameOf(visitor))
  await until('it arrives', () => crash.changes.length > 0)
  await until('nothing waits any more', async () => (await pendingOf(crash)) === 0)
  // What was under way at the kill may have come twice, under its id.
  const [first] = crash.changes
  expect(new Set(crash.changes.map(({ id, body }) => `${id} ${body}`)).size).toBe(1)
  expect((JSON.parse(first!.body) as Event).messageId).toBe(messageId)
  expect(first!.id.endsWith(`:${messageId}`)).toBe(true)
})
