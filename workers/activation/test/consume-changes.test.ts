import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import type { ChangeMessage } from '@spartito/protocol'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import activation from '../src/index.ts'
import { asked, exit, objectOf, publish, startClock, stopClock, untilNoted } from './setup.ts'

beforeEach(startClock)
afterEach(stopClock)

const queue = 'audience-changes'

/** An exit as it travels in the queue; with a fault it is no JSON. */
const messageOf = (profileId: string, seq: number): string => {
  const { delivery } = exit(profileId, seq)
  if (delivery.kind !== 'change') throw new Error('an exit is a change')
  const { change } = delivery
  return JSON.stringify({
    kind: 'change',
    visitor: `anonymous_id:${profileId}`,
    policy: 'opt-out',
    change,
  } satisfies ChangeMessage)
}

let number = 0
const batchOf = (...bodies: string[]) =>
  createMessageBatch<string>(
    queue,
    bodies.map((body) => ({ id: `message-${number++}`, timestamp: new Date(), attempts: 1, body })),
  )

const consume = async (batch: ReturnType<typeof batchOf>, with_: Partial<typeof env> = {}) => {
  const context = createExecutionContext()
  await activation.queue(batch, { ...env, ...with_ })
  return getQueueResult(batch, context)
}

const bothShards = async (destination: string) => {
  await Promise.all([0, 1].map((shard) => untilNoted(destination, shard)))
  const summaries = await Promise.all([0, 1].map((shard) => objectOf(destination, shard).summary()))
  return summaries.reduce((sum, { delivered }) => sum + delivered, 0)
}

/** A queue that fails so often, and then takes what it is given. */
const failing = (times: number) => {
  const sent: { kind: string; rows: { id: string }[] }[] = []
  let left = times
  const send = async (body: string): Promise<void> => {
    if (left-- > 0) throw new Error('the queue is out of reach')
    sent.push(JSON.parse(body))
  }
  return { sent, queue: { send } as unknown as Queue<string> }
}

describe('DE1 a change is confirmed once all have it', () => {
  test('what the lake could not be told is taken again, and delivered once', async () => {
    await publish('lakeless', [{}])
    const { sent, queue: rows } = failing(1)
    const bodies = Array.from({ length: 20 }, (_, n) => messageOf(`L${n}`, 1))
    const first = await consume(batchOf(...bodies), { LAKE_ROWS: rows })
    expect(first.explicitAcks).toEqual([])
    expect(first.retryMessages).toHaveLength(20)
    const second = await consume(batchOf(...bodies), { LAKE_ROWS: rows })
    expect(second.explicitAcks).toHaveLength(20)
    expect(await bothShards('lakeless')).toBe(20)
    expect(await asked('lakeless')).toHaveLength(20)
    // One message of many rows, each change once, whatever destinations there are.
    expect(sent.map(({ kind, rows: its }) => `${kind} ${its.length}`)).toEqual(['changes 20'])
  })

  test('one that cannot be read is parked, and holds up no other', async () => {
    await publish('poisoned', [{}])
    const batch = batchOf('{"kind":"chan', ...Array.from({ length: 9 }, (_, n) => messageOf(`Q${n}`, 1)))
    const poison = batch.messages[0]!.id
    const result = await consume(batch)
    expect(result.explicitAcks).toHaveLength(10)
    expect(await bothShards('poisoned')).toBe(9)
    expect(await (await env.LAKE.get(`parked/${queue}/${poison}.txt`))?.text()).toBe('{"kind":"chan')
  })

  test('what cannot be read is in no log', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const result = await consume(batchOf('ada@shop.example'))
    const lines = logged.mock.calls.flat().join('\n')
    vi.restoreAllMocks()
    expect(result.explicitAcks).toHaveLength(1)
    expect(lines).toContain('SyntaxError')
    expect(lines).not.toContain('ada')
  })

  test('a batch that comes twice is delivered once', async () => {
    await publish('twice', [{}])
    const bodies = Array.from({ length: 10 }, (_, n) => messageOf(`T${n}`, 1))
    await Promise.all([consume(batchOf(...bodies)), consume(batchOf(...bodies, ...bodies))])
    expect(await bothShards('twice')).toBe(10)
    expect(new Set((await asked('twice')).map(({ id }) => id)).size).toBe(10)
    expect(await asked('twice')).toHaveLength(10)
  })
})

test('the Worker under test is the one that is deployed', () => {
  expect(Object.keys(exports)).toEqual(expect.arrayContaining(['Deliveries', 'DestinationSync']))
})
