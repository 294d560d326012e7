import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Tally } from '@spartito/engine'
import type { Event } from '@spartito/protocol'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import type { HeldRequest } from '../src/quarantine/held-request.ts'
import { quarantineShard } from '../src/quarantine/quarantine-shard.ts'
import { maxShardBytes } from '../src/quarantine/quarantine-store.ts'
import { fresh } from './setup.ts'

const shardOf = (shard: number) => quarantineShard(env as Env, shard)
const hour = '2026-01-31T12'
const receivedAt = Date.UTC(2026, 0, 31, 12, 30)

const entry = (name = 'E', code: 'schema_violation' | 'unknown_event' = 'schema_violation') => ({
  json: JSON.stringify({ messageId: fresh('m'), type: 'track', event: name } satisfies Partial<Event>),
  code,
  message: 'why',
  version: 1,
})
const request = (...entries: HeldRequest['entries']): HeldRequest => ({ source: 'web', receivedAt, entries })

let shard = 100
let stub = shardOf(shard)
beforeEach(() => {
  stub = shardOf(++shard)
})
const start = { row: 0, place: 0 }
const all = async () => (await stub.find({ filter: {}, start, limit: 500 })).found
const counts = async (): Promise<string[]> =>
  (await stub.counts()).map(({ outcome, code, count }: Tally) => `${outcome} ${code} ${count}`).sort()

describe('QR1 a request’s events', () => {
  test('are one row, counted by their codes in the hour of receipt', async () => {
    await stub.put(request(entry('A'), entry('B'), entry('C', 'unknown_event')))
    const rows = await runInDurableObject(stub, (_object, { storage }) =>
      storage.sql.exec('SELECT id FROM held').toArray(),
    )
    expect(rows).toHaveLength(1)
    expect((await all()).map(({ place, entry: { code } }) => [place, code])).toEqual([
      [0, 'schema_violation'],
      [1, 'schema_violation'],
      [2, 'unknown_event'],
    ])
    expect(await stub.counts()).toEqual([
      { source: 'web', hour, outcome: 'quarantined', code: 'schema_violation', count: 2 },
      { source: 'web', hour, outcome: 'quarantined', code: 'unknown_event', count: 1 },
    ])
  })

  test('are several rows when one would be too large', async () => {
    const large = { ...entry(), json: JSON.stringify({ text: 'x'.repeat(30_000) }) }
    await stub.put(request(...Array.from({ length: 45 }, () => large)))
    const found = await all()
    expect(found).toHaveLength(45)
    expect(new Set(found.map(({ row }) => row)).size).toBe(3)
  })

  test('are refused where there is no room', async () => {
    await stub.put(request(entry()))
    await runInDurableObject(stub, (object, { storage }) => {
      storage.sql.exec('UPDATE held SET bytes = ?', maxShardBytes)
      return object.remove([])
    })
    expect(await stub.put(request(entry()))).toBe(false)
    expect(await counts()).toEqual(['quarantined schema_violation 1'])
  })
})

describe('QR2 a page', () => {
  test('goes on where the one before ended, within a request as well', async () => {
    for (const names of [['A', 'B'], ['C'], ['D', 'E', 'F']])
      await stub.put(request(...names.map((name) => entry(name))))
    const seen: string[] = []
    let from: { row: number; place: number } | undefined = start
    while (from) {
      const { found, next } = await stub.find({ filter: {}, start: from, limit: 2 })
      expect(found.length).toBeLessThanOrEqual(2)
      seen.push(...found.map(({ entry: { json } }) => (JSON.parse(json) as Event).event!))
      from = next
    }
    expect(seen.join('')).toBe('ABCDEF')
  })

  test.each<[what: string, filter: object, count: number]>([
    ['source', { source: 'web' }, 3],
    ['another source', { source: 'till' }, 0],
    ['code', { code: 'unknown_event' }, 1],
    ['from', { from: receivedAt }, 3],
    ['later', { from: receivedAt + 1 }, 0],
    ['until', { until: receivedAt }, 0],
    ['all of it', { source: 'web', code: 'schema_violation', until: receivedAt + 1 }, 2],
  ])('holds what a filter by %s takes', async (_what, filter, count) => {
    await stub.put(request(entry(), entry(), entry('X', 'unknown_event')))
    expect((await stub.find({ filter, start, limit: 500 })).found).toHaveLength(count)
  })
})

describe('QR3 settled', () => {
  test.each<[outcome: Parameters<typeof stub.settle>[0][number]['outcome'], left: number, told: string[]]>([
    [{ kind: 'accepted' }, 1, ['quarantined schema_violation 1']],
    [{ kind: 'duplicate' }, 1, ['duplicate  1', 'quarantined schema_violation 1']],
    [{ kind: 'filtered' }, 1, ['quarantined schema_violation 1', 'rejected filtered 1']],
    [
      { kind: 'held', refusal: { code: 'transform_error', message: 'new' }, version: 7 },
      2,
      ['quarantined schema_violation 1', 'quarantined transform_error 1'],
    ],
  ])('%j', async (outcome, left, told) => {
    await stub.put(request(entry('A'), entry('B')))
    const { row, place } = (await stub.begin({ filter: {}, start, limit: 1 })).found[0]!
    await stub.settle([{ row, place, outcome }])
    expect(await all()).toHaveLength(left)
    expect(await counts()).toEqual(told)
    // The same again, as after a kill: nothing is counted twice.
    if (outcome.kind !== 'held') await stub.settle([{ row, place, outcome }])
    expect(await counts()).toEqual(told)
  })

  test('what stays has its new reason and its id, and may be tried anew', async () => {
    await stub.put(request(entry('A')))
    const { row, place } = (await stub.begin({ filter: {}, start, limit: 1 })).found[0]!
    const refusal = { code: 'unknown_event' as const, message: 'new' }
    await stub.settle([{ row, place, outcome: { kind: 'held', refusal, version: 7 } }])
    expect(await all()).toMatchObject([{ row, place, wasTried: false, entry: { ...refusal, version: 7 } }])
  })

  test('what was begun and not settled says so', async () => {
    await stub.put(request(entry('A'), entry('B')))
    await stub.begin({ filter: {}, start, limit: 1 })
    expect((await stub.begin({ filter: {}, start, limit: 2 })).found.map(({ wasTried }) => wasTried)).toEqual([
      true,
      false,
    ])
  })

  test('a row goes with its last event', async () => {
    await stub.put(request(entry('A'), entry('B')))
    const found = await all()
    await stub.remove(found)
    expect(
      await runInDurableObject(stub, (_object, { storage }) => storage.sql.exec('SELECT * FROM held').toArray()),
    ).toEqual([])
    expect(await counts()).toEqual(['quarantined schema_violation 2'])
  })
})

test('QR4 what has waited 30 days goes, and stays counted', async () => {
  await stub.put(request(entry('A')))
  await stub.put(request(entry('B')))
  const [old] = await all()
  await runInDurableObject(stub, (_object, { storage }) =>
    storage.sql.exec('UPDATE held SET id = ? WHERE id = ?', Date.now() - 31 * 86_400_000, old!.row),
  )
  expect(await runDurableObjectAlarm(stub)).toBe(true)
  expect((await all()).map(({ entry: { json } }) => (JSON.parse(json) as Event).event)).toEqual(['B'])
  expect(await counts()).toEqual(['quarantined schema_violation 2'])
  // The other one is due later.
  expect(await runDurableObjectAlarm(stub)).toBe(true)
  expect(await all()).toHaveLength(1)
})
