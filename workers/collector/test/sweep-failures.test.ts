import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { SweepPage, VisitorState } from '@spartito/engine'
import { describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import { objectName } from '../src/visitor/object-name.ts'
import { collect, fresh, publish, storedOf, storeState, stubOf, track, workspace } from './setup.ts'
import { created, pagesOf, reportOf, type Shard, seven, shardWith, visitorsOf } from './swept-shard.ts'

const buyers = { id: 'buyers', when: { event: 'Order Completed' } }

describe('AU5 a visit that fails', () => {
  const nameOf = (a: string): string => objectName({ type: 'anonymous_id', value: a })

  /** Profiles that have ordered, on a shard that begins to sweep for a new audience of who has; the first cannot be read. */
  const sweepWithBroken = async (people: number) => {
    const before = await publish(workspace())
    const names = Array.from({ length: people }, () => fresh('a'))
    for (const a of names) await collect([track({ anonymousId: a }, 'Order Completed')])
    await breakObject(names[0]!)
    const records = names.map((a, i) => ({ ...created(`P${i}`, before), visitor: nameOf(a) }))
    const { shard, pages } = await shardWith(...records)
    const version = await publish(workspace({ audiences: [buyers] }))
    await shard.sweep([{ version, scope: 'all' }])
    return { names, shard, pages, version }
  }

  const store = async (a: string, change: Parameters<typeof storeState>[1]): Promise<void> => {
    const stub = stubOf('anonymous_id', a)
    await runInDurableObject(stub, (_visitor, { storage }) => storeState(storage, change))
    await evictDurableObject(stub)
  }
  const breakObject = (a: string): Promise<void> => store(a, ({ flips, ...state }) => ({ ...state, was: flips }))
  const mendObject = (a: string): Promise<void> =>
    store(a, ({ was, ...state }: VisitorState & { was?: unknown }) => ({ ...state, flips: was }))

  /** Visits all that is sent, as the queue's consumer does, until the shard waits or is done. @returns whom, page by page */
  const visitAll = async (shard: Shard, pages: SweepPage[]): Promise<string[][]> => {
    const all: string[][] = []
    for (let sent = pages.shift(); sent; sent = pages.shift()) {
      all.push(sent.visitors)
      const unreached: string[] = []
      let changed = 0
      for (const visitor of sent.visitors)
        try {
          if (await (env as Env).VISITOR.getByName(visitor).bringUp(sent.version)) changed++
        } catch {
          // The test broke it.
          unreached.push(visitor)
        }
      await shard.report({ ...reportOf(sent, changed), failed: unreached.length, unreached })
    }
    return all
  }

  /** What a shard waits for next, in ms from now, rounded to seconds; then lets that time have passed, and wakes it. */
  const passDelay = async (shard: Shard): Promise<number> => {
    const inMs = await runInDurableObject(shard, async (_shard, { storage }) => {
      const { due } = storage.sql.exec<{ due: number }>('SELECT min(due_at) AS due FROM unreached').one()
      expect(await storage.getAlarm()).toBeLessThanOrEqual(due)
      storage.sql.exec('UPDATE unreached SET due_at = 0')
      return due - Date.now()
    })
    await runDurableObjectAlarm(shard)
    return Math.round(inMs / 1_000)
  }

  test('waits through a restart, on a shard too that an older version has made', async () => {
    const { name, shard, pages } = await shardWith(...seven)
    await runInDurableObject(shard, (_shard, { storage }) => void storage.sql.exec('DROP TABLE unreached'))
    await evictDurableObject(shard)
    const sent = await pagesOf(shard)
    await shard.sweep([{ version: 4, scope: 'all' }])
    await shard.report({ ...reportOf(sent[0]!), failed: 1, unreached: ['p2'] })
    await shard.report(reportOf(sent[1]!))
    await shard.report(reportOf(sent[2]!))
    expect(await shard.progress()).toMatchObject({ visited: 6, isDone: false })
    await evictDurableObject(shard)
    const again = (env as Env).ROSTER.getByName(name)
    const resent = await pagesOf(again)
    await passDelay(again)
    expect(visitorsOf(resent)).toEqual([['p2']])
    expect(pages).toEqual([])
  })

  test('who is known to be late is not held up by one that waits', async () => {
    const { shard, pages } = await shardWith(created('P1'))
    await shard.sweep([{ version: 4, scope: 'all' }])
    await shard.report({ ...reportOf(pages[0]!), failed: 1, unreached: ['p1'] })
    await shard.apply(5, [created('P0', 3)])
    expect(visitorsOf(pages.slice(1))).toEqual([['p0']])
    await shard.report(reportOf(pages[1]!))
    expect(await shard.progress()).toMatchObject({ visited: 1, isDone: false })
    await passDelay(shard)
    await shard.report(reportOf(pages[2]!))
    expect(await shard.progress()).toMatchObject({ visited: 2, failed: 0, isDone: true })
  })

  test('is counted as failed at once when a consumer of an older version reports it, which has no names', async () => {
    const { shard, pages } = await shardWith(created('P1'), created('P2'))
    await shard.sweep([{ version: 4, scope: 'all' }])
    await shard.report({ ...reportOf(pages[0]!), failed: 1 })
    expect(await shard.progress()).toMatchObject({ visited: 2, failed: 1, isDone: true })
  })

  test('is made again after the others, later each time, until it is made', async () => {
    const { names, shard, pages } = await sweepWithBroken(4)
    const [broken, ...others] = names.map(nameOf)
    expect(await visitAll(shard, pages)).toEqual([[broken, ...others.slice(0, 2)], others.slice(2)])
    expect(await shard.progress()).toMatchObject({ visited: 3, changed: 3, failed: 0, isDone: false })
    // Too early.
    await runDurableObjectAlarm(shard)
    expect(pages).toEqual([])
    expect(await passDelay(shard)).toBe(3)
    expect(await visitAll(shard, pages)).toEqual([[broken]])
    await mendObject(names[0]!)
    expect(await passDelay(shard)).toBe(12)
    expect(await visitAll(shard, pages)).toEqual([[broken]])
    expect(await shard.progress()).toMatchObject({ visited: 4, changed: 4, failed: 0, isDone: true })
    const { outbox } = await storedOf('anonymous_id', names[0]!)
    expect(outbox).toMatchObject([{ audience: 'buyers', cause: 'definition', seq: 1 }])
  })

  test('is made five times; then the sweep ends and tells of it, and the next one makes it whomever else it visits', async () => {
    const { names, shard, pages, version } = await sweepWithBroken(1)
    const delays: number[] = []
    for (let visits = 1; visits < 5; visits++) {
      await visitAll(shard, pages)
      expect(await shard.progress()).toMatchObject({ visited: 0, failed: 0, isDone: false })
      delays.push(await passDelay(shard))
    }
    expect(delays).toEqual([3, 12, 48, 192])
    await visitAll(shard, pages)
    expect(await shard.progress()).toEqual({ version, visited: 1, changed: 0, failed: 1, isDone: true })
    await mendObject(names[0]!)
    await shard.sweep([{ version: version + 1, scope: { membersOf: ['other'] } }])
    expect(visitorsOf(pages)).toEqual([[nameOf(names[0]!)]])
  })

  test('of one that was given up on, a sweep of everybody makes one visit, not two', async () => {
    const { names, shard, pages, version } = await sweepWithBroken(1)
    for (let visits = 1; visits < 5; visits++) {
      await visitAll(shard, pages)
      await passDelay(shard)
    }
    await visitAll(shard, pages)
    await mendObject(names[0]!)
    await shard.sweep([{ version: version + 1, scope: 'all' }])
    expect(visitorsOf(pages)).toEqual([[nameOf(names[0]!)]])
    await shard.report(reportOf(pages[0]!))
    expect(await shard.progress()).toEqual({ version: version + 1, visited: 1, changed: 0, failed: 0, isDone: true })
  })
})
