import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { RosterRecord } from '@spartito/engine'
import { describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import { administer, countWrites, publish, workspace } from './setup.ts'
import { created, entered, pagesOf, reportOf, seven, shardWith, visitorsOf } from './swept-shard.ts'

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

/** The shards of the tests above know of no version but those they are told of: what publishes comes after them. */
describe('AU5 the sweep of a version', () => {
  const sweep = async () => ((await (await administer('/admin/stats')).json()) as { sweep: object }).sweep

  test('begins by itself, and is done at once where there is nobody', async () => {
    const version = await publish(workspace({ audiences: [{ id: 'fresh', when: { event: 'page' } }] }))
    await expect
      .poll(sweep, { timeout: 10_000 })
      .toEqual({ version, shards: 3, done: 3, visited: 0, changed: 0, failed: 0, isDone: true })
  })
})
