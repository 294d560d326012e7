import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { RosterRecord, SweepPage, SweepReport, VisitorState } from '@spartito/engine'
import { describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import type { RosterShard } from '../src/roster/roster-shard.ts'
import { objectName } from '../src/visitor/object-name.ts'
import {
  administer,
  collect,
  countWrites,
  fresh,
  page,
  publish,
  storedOf,
  storeState,
  stubOf,
  track,
  workspace,
} from './setup.ts'

type Shard = DurableObjectStub<RosterShard>

const created = (profileId: string, version = 0): RosterRecord => ({
  kind: 'profile',
  profileId,
  visitor: profileId.toLowerCase(),
  version,
  emittedAt: Date.now(),
  isListed: true,
  order: 1,
})
const entered = (audience: string, profileId: string, version = 0, order = 1): RosterRecord => ({
  kind: 'member',
  profileId,
  visitor: profileId.toLowerCase(),
  version,
  emittedAt: Date.now(),
  audience,
  isMember: true,
  order,
  since: 1,
})

/** A shard with these records, and the pages that it sends from now on; this file's pages hold three. */
const shardWith = async (...records: RosterRecord[]): Promise<{ name: string; shard: Shard; pages: SweepPage[] }> => {
  const name = fresh('shard')
  const shard = (env as Env).ROSTER.getByName(name)
  await shard.apply(5, records)
  return { name, shard, pages: await pagesOf(shard) }
}
const pagesOf = async (shard: Shard): Promise<SweepPage[]> => {
  const pages: SweepPage[] = []
  await runInDurableObject(shard, (instance) => {
    const its = instance as unknown as { env: Env }
    const send = async (body: string): Promise<void> => void pages.push(JSON.parse(body) as SweepPage)
    its.env = { ...its.env, SWEEP: { send } as unknown as Env['SWEEP'] }
  })
  return pages
}
const reportOf = ({ page: number, until, visitors }: SweepPage, changed = 0): SweepReport => ({
  page: number,
  until,
  visited: visitors.length,
  changed,
  failed: 0,
})
const visitorsOf = (pages: readonly SweepPage[]): string[][] => pages.map(({ visitors }) => visitors)

const seven = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'].map((id) => created(id))

describe('AU5 the sweep of a shard', () => {
  test('visits all of its profiles, one page after the report of the other', async () => {
    const { shard, pages } = await shardWith(...seven)
    expect(await shard.sweep([{ version: 4, scope: 'all' }])).toMatchObject({ version: 4, isDone: false })
    for (let i = 0; i < 3; i++) {
      expect(pages).toHaveLength(i + 1)
      await shard.report(reportOf(pages[i]!, 1))
    }
    expect(visitorsOf(pages)).toEqual([['p1', 'p2', 'p3'], ['p4', 'p5', 'p6'], ['p7']])
    expect(pages[0]).toMatchObject({ shard: 5, version: 4, page: 1 })
    expect(await shard.progress()).toEqual({ version: 4, visited: 7, changed: 3, failed: 0, isDone: true })
  })

  test('a page costs the shard two rows', async () => {
    const { shard, pages } = await shardWith(...seven)
    await shard.sweep([{ version: 4, scope: 'all' }])
    const writes = await countWrites(shard)
    await shard.report(reportOf(pages[0]!))
    expect(pages).toHaveLength(2)
    expect(writes()).toBe(2)
  })

  test('told again, it goes on; a report that comes twice changes nothing', async () => {
    const { shard, pages } = await shardWith(...seven)
    await shard.sweep([{ version: 4, scope: 'all' }])
    await shard.sweep([{ version: 4, scope: 'all' }])
    expect(pages).toHaveLength(1)
    await shard.report(reportOf(pages[0]!))
    await shard.report(reportOf(pages[0]!))
    expect(pages).toHaveLength(2)
    expect(await shard.progress()).toMatchObject({ visited: 3 })
  })

  test('visits the members alone where the definition can alter nobody else', async () => {
    const members = [entered('a', 'P2'), entered('b', 'P5'), entered('c', 'P6')]
    const { shard, pages } = await shardWith(...seven, ...members)
    await shard.sweep([{ version: 4, scope: { membersOf: ['a', 'b'] } }])
    await shard.report(reportOf(pages[0]!))
    await shard.report(reportOf(pages[1]!))
    expect(visitorsOf(pages)).toEqual([['p2'], ['p5']])
    expect(await shard.progress()).toMatchObject({ visited: 2, isDone: true })
  })

  test('a newer one replaces one that is under way, and visits whom that had to visit still', async () => {
    const { shard, pages } = await shardWith(...seven, entered('a', 'P1'))
    await shard.sweep([{ version: 4, scope: 'all' }])
    await shard.report(reportOf(pages[0]!))
    await shard.sweep([{ version: 5, scope: { membersOf: ['a'] } }])
    expect(pages.at(-1)).toMatchObject({ version: 5, page: 3, visitors: ['p1', 'p2', 'p3'] })
    await shard.report(reportOf(pages[1]!))
    expect(await shard.progress()).toMatchObject({ version: 5, visited: 0 })
  })

  test('once one is done, a newer one visits its own alone', async () => {
    const { shard, pages } = await shardWith(created('P1'), created('P2'), entered('a', 'P2'))
    await shard.sweep([{ version: 4, scope: 'all' }])
    await shard.report(reportOf(pages[0]!))
    await shard.sweep([{ version: 5, scope: { membersOf: ['a'] } }])
    expect(pages.at(-1)!.visitors).toEqual(['p2'])
  })

  test('a page that nobody reports is sent again by the alarm after 30 s, under its number', async () => {
    const { name, shard, pages } = await shardWith(...seven)
    await shard.sweep([{ version: 4, scope: 'all' }])
    await runDurableObjectAlarm(shard)
    expect(pages).toHaveLength(1)
    await runInDurableObject(shard, async (_shard, { storage }) => {
      storage.sql.exec("UPDATE sweep SET body = json_set(body, '$.sentAt', ?)", Date.now() - 30_000)
      expect(await storage.getAlarm()).not.toBeNull()
    })
    await abortAllDurableObjects()
    const again = (env as Env).ROSTER.getByName(name)
    const resent = await pagesOf(again)
    await runDurableObjectAlarm(again)
    expect(resent).toEqual(pages)
    await again.report(reportOf(pages[0]!))
    expect(resent.at(-1)).toMatchObject({ page: 2, visitors: ['p4', 'p5', 'p6'] })
  })

  const late: [what: string, record: RosterRecord, isVisited: boolean][] = [
    ['a profile that an older version decided on', created('P9', 3), true],
    ['a profile that this version decided on', created('P9', 4), false],
    ['an entry that an older version decided on', entered('x', 'P1', 3), true],
    ['a message that is no news', created('P1', 0), false],
  ]
  test.each(late)(
    'who was decided with an older version and arrives after it is visited, once: %s',
    async (_what, record, isVisited) => {
      const { shard, pages } = await shardWith(created('P1'))
      await shard.sweep([{ version: 4, scope: 'all' }])
      await shard.report(reportOf(pages[0]!))
      expect(await shard.progress()).toMatchObject({ isDone: true })
      await shard.apply(5, [record])
      expect(visitorsOf(pages.slice(1))).toEqual(isVisited ? [[record.visitor]] : [])
      expect(await shard.progress()).toMatchObject({ isDone: !isVisited })
      if (isVisited) await shard.report(reportOf(pages[1]!))
      expect(await shard.progress()).toMatchObject({ isDone: true, visited: isVisited ? 2 : 1 })
    },
  )

  test('who enters late is visited only if a step since then concerns that audience', async () => {
    const { shard, pages } = await shardWith(created('P1', 4), created('P2', 4))
    await shard.sweep([{ version: 5, scope: { membersOf: ['a'] } }])
    await shard.apply(5, [entered('b', 'P1', 4)])
    expect(pages).toEqual([])
    await shard.apply(5, [entered('a', 'P1', 4, 2)])
    expect(visitorsOf(pages)).toEqual([['p1']])
  })
})

const buyers = { id: 'buyers', when: { event: 'Order Completed' } }

/** The shards of the first tests know of no version but those they are told of: whatever publishes comes after them. */
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

describe('AU5 a visit', () => {
  test('takes what the version changes, once, though nothing arrived', async () => {
    await publish(workspace())
    const a = fresh('a')
    await collect([track({ anonymousId: a }, 'Order Completed')])
    const version = await publish(workspace({ audiences: [buyers] }))
    expect(await stubOf('anonymous_id', a).bringUp(version)).toBe(true)
    expect(await stubOf('anonymous_id', a).bringUp(version)).toBe(false)
    const { outbox, state } = await storedOf('anonymous_id', a)
    expect(outbox).toMatchObject([{ audience: 'buyers', cause: 'definition', version, seq: 1 }])
    expect(state.version).toBe(version)
  })

  test('one that changes nothing writes nothing', async () => {
    await publish(workspace())
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    const version = await publish(workspace({ audiences: [buyers] }))
    const total = () =>
      runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) =>
        storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').one(),
      )
    const before = await total()
    expect(await stubOf('anonymous_id', a).bringUp(version)).toBe(false)
    expect(await total()).toEqual(before)
    expect((await storedOf('anonymous_id', a)).state.version).toBeLessThan(version)
  })

  test('of an object that is reset while it reads the workspace holds up no other', async () => {
    const version = await publish(workspace())
    const [a, b] = [fresh('a'), fresh('b')]
    await collect([page({ anonymousId: a })])
    await collect([page({ anonymousId: b })])
    const reset = runInDurableObject(stubOf('anonymous_id', a), async (visitor, state) => {
      void visitor.bringUp(version).catch(() => undefined)
      await Promise.resolve()
      state.abort('reset by the test')
    })
    await expect(reset).rejects.toThrow('reset by the test')
    expect(await stubOf('anonymous_id', b).bringUp(version)).toBe(false)
  })

  test('an identifier that nobody ever showed, or that links elsewhere, changes nothing', async () => {
    expect(await stubOf('anonymous_id', fresh('nobody')).bringUp(1)).toBe(false)
  })
})

describe('AU5 the sweep of a version', () => {
  const sweep = async () => ((await (await administer('/admin/stats')).json()) as { sweep: object }).sweep

  test('begins by itself, and is done at once where there is nobody', async () => {
    const version = await publish(workspace({ audiences: [{ id: 'fresh', when: { event: 'page' } }] }))
    await expect
      .poll(sweep, { timeout: 10_000 })
      .toEqual({ version, shards: 3, done: 3, visited: 0, changed: 0, failed: 0, isDone: true })
  })
})
