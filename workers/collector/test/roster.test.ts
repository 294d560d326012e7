import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { type RosterRecord, rosterShardOf } from '@spartito/engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import { profileIdOf } from '../src/visitor/object-name.ts'
import { administer, countWrites, fresh, publish, workspace } from './setup.ts'

const day = 24 * 3_600_000
const shardOf = (name = fresh('shard')) => (env as Env).ROSTER.getByName(name)
type Shard = ReturnType<typeof shardOf>

const created = (profileId: string, order = 1): RosterRecord => ({
  kind: 'profile',
  profileId,
  visitor: `user_id:${profileId}`,
  version: 0,
  emittedAt: Date.now(),
  isListed: order % 2 === 1,
  order,
})
const member = (audience: string, profileId: string, seq: number, isMember = true, more = {}): RosterRecord => ({
  kind: 'member',
  profileId,
  visitor: `user_id:${profileId}`,
  version: 0,
  emittedAt: Date.now(),
  audience,
  isMember,
  order: seq,
  since: 1_000 + seq,
  ...more,
})
const idsIn = async (shard: Shard, audience: string): Promise<string[]> =>
  (await shard.members(audience, '', 1_000)).map(({ profileId }) => profileId)

describe('one shard of the roster', () => {
  test('an empty one has no tables, and every question is answered', async () => {
    const shard = shardOf()
    expect(await shard.sizes()).toEqual({})
    expect(await shard.members('a', '', 10)).toEqual([])
    expect(await shard.sweep([{ version: 1, scope: 'all' }])).toMatchObject({ version: 1, visited: 0, isDone: true })
    const tables = await runInDurableObject(shard, (_shard, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    )
    expect(tables).toEqual([])
  })

  const scenarios: [what: string, records: RosterRecord[], members: string[], profiles: number][] = [
    ['a profile that came is counted once, however often it is said', [created('P'), created('P')], [], 1],
    ['an entry and an exit', [created('P'), member('a', 'P', 1), member('a', 'P', 2, false)], [], 1],
    ['an exit that overtook its entry', [created('P'), member('a', 'P', 2, false), member('a', 'P', 1)], [], 1],
    ['an entry again after an exit', [created('P'), member('a', 'P', 3), member('a', 'P', 2, false)], ['P'], 1],
    ['the end of a profile that overtook its beginning', [created('P', 2), created('P', 1)], [], 0],
    ['an entry before the beginning says that the profile is there', [member('a', 'P', 1)], ['P'], 1],
    ['and the beginning changes nothing then', [member('a', 'P', 1), created('P')], ['P'], 1],
    ['an entry before the end', [member('a', 'P', 1), created('P', 2), created('P')], ['P'], 0],
    ['an entry after the end', [created('P', 2), member('a', 'P', 1)], ['P'], 0],
    ['an entry before a profile comes back', [member('a', 'P', 1), created('P', 3), created('P', 2)], ['P'], 1],
    ['an exit says nothing of its profile', [member('a', 'P', 1, false)], [], 0],
    ['a profile that came back', [created('P', 3), created('P', 2), created('P', 1)], [], 1],
    ['seqs of other audiences do not meet', [created('P'), member('b', 'P', 9), member('a', 'P', 1)], ['P'], 1],
  ]
  test.each(scenarios)('AU6 %s', async (_what, records, members, profiles) => {
    const shard = shardOf()
    for (const record of records) await shard.apply(0, [record])
    const inOne = shardOf()
    await inOne.apply(0, records)
    for (const its of [shard, inOne]) {
      expect(await idsIn(its, 'a')).toEqual(members)
      expect((await its.sizes())[''] ?? 0).toBe(profiles)
      expect((await its.sizes()).a ?? 0).toBe(members.length)
    }
  })

  test('any order of a set of messages, some of them twice, gives the same roster; sizes equal a full count, asked early or late', {
    timeout: 30_000,
  }, async () => {
    const profiles = ['P0', 'P1', 'P2', 'P3']
    const audiences = ['a', 'b']
    const history = fc.tuple(
      fc.array(fc.tuple(fc.nat(3), fc.nat(1), fc.boolean()), { maxLength: 30 }),
      fc.array(fc.tuple(fc.nat(3)), { maxLength: 8 }),
    )
    const messages = history.chain(([changes, lives]) => {
      const seqs = new Map<number, number>()
      const next = (of: number): number => seqs.set(of, (seqs.get(of) ?? 0) + 1).get(of)!
      const records = [
        ...changes.map(([p, a, isMember]) => member(audiences[a]!, profiles[p]!, next(p), isMember)),
        ...[0, 1, 2, 3].map((p) => created(profiles[p]!, next(p + 10))),
        ...lives.map(([p]) => created(profiles[p]!, next(p + 10))),
      ]
      return fc.tuple(
        fc.constant(records),
        fc.shuffledSubarray([...records, ...records], { minLength: records.length }),
        fc.integer({ min: 1, max: 7 }),
      )
    })
    await fc.assert(
      fc.asyncProperty(messages, async ([records, arriving, size]) => {
        const shard = shardOf()
        // Whatever was left out arrives at last: at least once.
        const all = [...arriving, ...records.toReversed()]
        for (let at = 0; at < all.length; at += size) {
          await shard.apply(0, all.slice(at, at + size))
          // Counted now, then kept; another history is counted at its end alone.
          if (at === 0 && size % 2 === 1) await shard.sizes()
        }
        const newest = new Map<string, RosterRecord>()
        for (const record of records) {
          const key = `${record.kind} ${record.kind === 'member' ? record.audience : ''} ${record.profileId}`
          if ((newest.get(key)?.order ?? 0) < record.order) newest.set(key, record)
        }
        const holding = [...newest.values()].filter((r) => (r.kind === 'member' ? r.isMember : r.isListed))
        const sizes: Record<string, number> = {}
        for (const record of holding) {
          const audience = record.kind === 'member' ? record.audience : ''
          sizes[audience] = (sizes[audience] ?? 0) + 1
        }
        expect(await shard.sizes()).toEqual(sizes)
        for (const audience of audiences) {
          const expected = holding.filter((r) => r.kind === 'member' && r.audience === audience)
          expect(await idsIn(shard, audience)).toEqual(expected.map(({ profileId }) => profileId).sort())
        }
      }),
      { seed: 20_261_121, numRuns: 60 },
    )
  })

  test('pages of members go on where the last one ended, in the order of profileId', async () => {
    const shard = shardOf()
    const ids = Array.from({ length: 25 }, (_, i) => `P${String(i).padStart(2, '0')}`)
    await shard.apply(
      0,
      ids.toReversed().flatMap((id) => [created(id), member('a', id, 1)]),
    )
    const paged: string[] = []
    for (let after = ''; ; ) {
      const page = await shard.members('a', after, 10)
      paged.push(...page.map(({ profileId }) => profileId))
      if (page.length < 10) break
      after = page.at(-1)!.profileId
    }
    expect(paged).toEqual(ids)
    expect((await shard.members('a', 'P07', 1))[0]).toEqual({ profileId: 'P08', visitor: 'user_id:P08', since: 1_001 })
  })

  test('a change costs its own row', async () => {
    const shard = shardOf()
    await shard.apply(0, [created('P0')])
    const writes = await countWrites(shard)
    await shard.apply(0, [member('a', 'P0', 1)])
    expect(writes()).toBe(1)
    await shard.apply(0, [member('a', 'P0', 1)])
    expect(writes()).toBe(1)
    await shard.apply(
      0,
      [1, 2, 3, 4].flatMap((i) => [created(`P${i}`), member('a', `P${i}`, 1)]),
    )
    expect(writes()).toBe(1 + 8)
    expect(await shard.sizes()).toEqual({ '': 5, a: 5 })
  })

  test('a beginning after the entry writes nothing', async () => {
    const shard = shardOf()
    await shard.apply(0, [member('a', 'P', 1)])
    const writes = await countWrites(shard)
    await shard.apply(0, [created('P')])
    expect(writes()).toBe(0)
  })

  test('an exit is forgotten after a day, and a message of before it still changes nothing', async () => {
    const shard = shardOf()
    const old = { emittedAt: Date.now() - 2 * day }
    await shard.apply(0, [created('P'), member('a', 'P', 1, true, old), member('a', 'P', 2, false)])
    await runInDurableObject(shard, (_shard, { storage }) => {
      storage.sql.exec('UPDATE members SET since = since - ?', 2 * day)
    })
    await shard.apply(0, [created('Q')])
    const left = await runInDurableObject(shard, (_shard, { storage }) =>
      storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM members').one(),
    )
    expect(left.n).toBe(0)
    await shard.apply(0, [member('a', 'P', 1, true, old)])
    expect(await idsIn(shard, 'a')).toEqual([])
    await shard.apply(0, [member('a', 'P', 3)])
    expect(await idsIn(shard, 'a')).toEqual(['P'])
  })

  test('what it has survives the end of its instance', async () => {
    const name = fresh('shard')
    await shardOf(name).apply(0, [created('P'), member('a', 'P', 1)])
    await abortAllDurableObjects()
    expect(await idsIn(shardOf(name), 'a')).toEqual(['P'])
    expect(await shardOf(name).sizes()).toEqual({ '': 1, a: 1 })
    await shardOf(name).apply(0, [member('a', 'P', 2, false), member('a', 'Q', 1)])
    expect(await shardOf(name).sizes()).toEqual({ '': 2, a: 1 })
    await shardOf(name).apply(0, [member('a', 'Q', 2, false)])
    expect(await shardOf(name).sizes()).toEqual({ '': 2 })
  })
})

describe('GET /admin/audiences', () => {
  const fill = async (audience: string, count: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, (_, i) => profileIdOf(`${audience}${i}`))
    for (const [shard, its] of Map.groupBy(ids, (id) => rosterShardOf(id, 3)))
      await shardOf(`roster-${shard}`).apply(
        shard,
        its.flatMap((id) => [created(id), member(audience, id, 1)]),
      )
    return ids
  }
  const get = async (path: string) => {
    const response = await administer(path)
    return { status: response.status, body: (await response.json()) as Record<string, never> }
  }

  test('sizes, and audiences that are gone while somebody is in them', async () => {
    const version = await publish(
      workspace({ audiences: [{ id: 'pro', name: 'Pro', expose: true, when: { trait: 'x', exists: true } }] }),
    )
    await fill('pro', 7)
    await fill('gone', 2)
    expect((await get('/admin/audiences')).body).toEqual([
      { id: 'pro', name: 'Pro', expose: true, purposes: [], size: 7, version },
      { id: 'gone', name: null, expose: false, purposes: [], size: 2, version: null },
    ])
  })

  test.each([1, 4, 10, 20, 21, 1_000])('pages of %i go through all shards, each member once', async (limit) => {
    const ids = await fill('paged', 20)
    const paged: string[] = []
    let path: string | null = `/admin/audiences/paged/members?limit=${limit}`
    while (path) {
      const { members, next } = (await get(path)).body as unknown as {
        members: { profileId: string }[]
        next: string | null
      }
      expect(members.length).toBe(next === null ? 20 - paged.length : limit)
      paged.push(...members.map(({ profileId }) => profileId))
      path = next && `/admin/audiences/paged/members?limit=${limit}&cursor=${next}`
    }
    expect(paged.toSorted()).toEqual(ids.toSorted())
  })

  test.each([
    ['limit=0', 'limit must be a whole number from 1 to 1000'],
    ['limit=1001', 'limit must be a whole number from 1 to 1000'],
    ['limit=x', 'limit must be a whole number from 1 to 1000'],
    ['cursor=x', 'cursor must be the "next" of the page before, or left out'],
    ['cursor=3.', 'cursor must be the "next" of the page before, or left out'],
  ])('%s is refused with a sentence', async (query, message) => {
    expect(await get(`/admin/audiences/pro/members?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_field', message },
    })
  })

  test('an audience that nobody knows is 404, one without members an empty page', async () => {
    await publish(workspace())
    expect((await get('/admin/audiences/nobody/members')).status).toBe(404)
    expect((await get('/admin/audiences/engaged/members')).body).toEqual({ members: [], next: null })
  })
})
