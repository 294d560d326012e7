import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { createHash } from 'node:crypto'
import type { Tally } from '@spartito/engine'
import { describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import type { TallyRow } from '../src/stats/stats-object.ts'
import { countWrites, fresh } from './setup.ts'

const dayMs = 86_400_000
const tally = (count: number, hour = '2026-11-22T01'): Tally => ({ source: 'web', hour, outcome: 'accepted', count })
const unit = (id: string, count = 1, hour?: string) => ({ id, tallies: [tally(count, hour)] })
const shardOf = (name = fresh('shard')) => (env as Env).STATS.getByName(name)
const totalOf = (rows: readonly TallyRow[]): number => rows.reduce((sum, { count }) => sum + count, 0)

describe('WI6 what a queue brings is counted once', () => {
  test('whatever comes again, also after the object was put away', async () => {
    const name = fresh('shard')
    const shard = shardOf(name)
    const now = Date.now()
    await shard.addUnits([unit('a'), unit('b', 2)], now)
    await shard.addUnits([unit('b', 2), unit('c', 4)], now)
    expect(totalOf(await shard.read())).toBe(7)
    await abortAllDurableObjects()
    const again = shardOf(name)
    await again.addUnits([unit('a'), unit('c', 4), unit('d', 8)], now)
    expect(totalOf(await again.read())).toBe(15)
  })

  test('a call writes one row; many share it, until it is full', async () => {
    const shard = shardOf()
    const now = Date.now()
    const rows = () =>
      runInDurableObject(shard, (_stats, { storage: { sql } }) => sql.exec('SELECT id FROM applied').toArray().length)
    await shard.addUnits([unit('first')], now)
    const writes = await countWrites(shard)
    for (const id of ['a', 'b', 'c']) await shard.addUnits([unit(id), unit(`${id}2`)], now)
    expect([writes(), await rows()]).toEqual([3, 1])
    // Each id is remembered by 23 characters.
    await shard.addUnits(
      Array.from({ length: 720 }, (_, n) => unit(`x${n}`)),
      now,
    )
    await shard.addUnits([unit('y')], now)
    expect([writes(), await rows()]).toEqual([5, 2])
    expect(totalOf(await shard.read())).toBe(728)
  })

  test('CO7 what is remembered of a unit names no visitor', async () => {
    const shard = shardOf()
    await shard.addUnits([unit('anonymous_id:kanari#1.0')], Date.now())
    const rows = await runInDurableObject(shard, (_stats, { storage: { sql } }) =>
      sql.exec('SELECT * FROM applied').toArray(),
    )
    expect(JSON.stringify(rows)).not.toContain('kanari')
    await shard.addUnits([unit('anonymous_id:kanari#1.0')], Date.now())
    expect(totalOf(await shard.read())).toBe(1)
  })

  test('its id is forgotten after a day, and its count is not', async () => {
    const shard = shardOf()
    const now = Date.now()
    await shard.addUnits([unit('old', 1, '2026-11-21T00')], now - dayMs - 1)
    await shard.addUnits([unit('young', 2)], now)
    const rows = await shard.read()
    expect(rows.map(({ hour, count }) => [hour, count]).sort()).toEqual([
      ['2026-11-21T00', 1],
      ['2026-11-22T01', 2],
    ])
    await shard.addUnits([unit('old', 1, '2026-11-21T00')], now)
    expect(totalOf(await shard.read())).toBe(4)
  })

  test('PR3 the rows of before, which remembered ids by their SHA-256, are known', async () => {
    const name = fresh('shard')
    const now = Date.now()
    const shard = shardOf(name)
    await runInDurableObject(shard, (_stats, { storage: { sql } }) => {
      const before = createHash('sha256').update('a').digest('base64url').slice(0, 22)
      sql.exec('INSERT INTO applied VALUES (1, ?, ?, ?)', now, before, JSON.stringify([tally(1)]))
    })
    await abortAllDurableObjects()
    const again = shardOf(name)
    await again.addUnits([unit('a'), unit('b', 2)], now)
    await again.addUnits([unit('a'), unit('b', 2)], now)
    expect(totalOf(await again.read())).toBe(3)
  })

  test('PR3 the rows of before, whose counts were in a table of their own, are known', async () => {
    const name = fresh('shard')
    const now = Date.now()
    await runInDurableObject(shardOf(name), (_stats, { storage: { sql } }) => {
      sql.exec('DROP TABLE applied')
      sql.exec('CREATE TABLE applied (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, units TEXT NOT NULL)')
      sql.exec('INSERT INTO applied (at, units) VALUES (?, ?)', now, 'a\nb')
      sql.exec("INSERT INTO tallies VALUES ('web', '2026-11-22T01', 'accepted', '', 2)")
    })
    await abortAllDurableObjects()
    const shard = shardOf(name)
    await shard.addUnits([unit('b'), unit('c', 4)], now)
    expect(totalOf(await shard.read())).toBe(6)
    await shard.addUnits([unit('d')], now + dayMs + 1)
    expect(totalOf(await shard.read())).toBe(7)
  })
})
