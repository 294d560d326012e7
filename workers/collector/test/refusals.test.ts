import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { statsShards } from '@spartito/engine'
import { beforeAll, expect, test, vi } from 'vitest'
import type { Env } from '../src/env.ts'
import type { Stats } from '../src/stats/read-stats.ts'
import { administer, collect, fresh, page, publish, workspace, writeKey } from './setup.ts'

const offKey = 'wk_off_1'
const sources = [...workspace().sources, { id: 'off', kind: 'browser' as const, writeKey: offKey, disabled: true }]

beforeAll(async () => {
  await publish(workspace({ sources }))
})

const stats = async (): Promise<Stats> => (await administer('/admin/stats')).json()

const refuse = async (key: string | undefined, body: string): Promise<number> => {
  const headers: Record<string, string> = key === undefined ? {} : { 'x-write-key': key }
  const request = new Request('https://collector.example/v1/batch', { method: 'POST', headers, body })
  const response = await exports.default.fetch(request)
  await response.body?.cancel()
  return response.status
}

/** How many rows the counts of all objects have. */
const rows = async (): Promise<number> => {
  let sum = 0
  for (let shard = 0; shard < statsShards; shard++)
    sum += await runInDurableObject(
      (env as Env).STATS.getByName(`stats-${shard}`),
      (_stats, { storage: { sql } }) =>
        sql.exec<{ n: number }>("SELECT count(*) AS n FROM tallies WHERE outcome = 'refused_request'").one().n,
    )
  return sum
}

test('WI6 requests that are refused as a whole are counted apart, by source and code, and written together', async () => {
  for (let n = 0; n < 20; n++) expect(await refuse('wk_of_nobody', '{}')).toBe(401)
  expect(await refuse(undefined, '{"batch":[]}')).toBe(401)
  for (let n = 0; n < 7; n++) expect(await refuse(offKey, '{"batch":[]}')).toBe(403)
  for (let n = 0; n < 5; n++) expect(await refuse(writeKey, 'no JSON')).toBe(400)
  expect(await refuse(writeKey, '{}')).toBe(400)
  for (let n = 0; n < 3; n++) expect(await refuse(writeKey, 'x'.repeat(512_001))).toBe(413)
  // These are counted as events: one that is good and one that is bad.
  await collect([page({ anonymousId: fresh('a') }), { type: 'page' }])

  const expected = [
    { source: null, refused: { unknown_write_key: 21 } },
    { source: 'off', refused: { source_disabled: 7 } },
    { source: 'web', refused: { invalid_json: 5, invalid_field: 1, too_large_batch: 3 } },
  ]
  await vi.waitFor(
    async () => {
      const { requests } = await stats()
      const told = requests.map(({ source, refused }) => ({ source, refused }))
      expect(told).toHaveLength(expected.length)
      expect(told).toEqual(expect.arrayContaining(expected))
    },
    { timeout: 9_000, interval: 200 },
  )
  // 38 bad requests, and a row for each source and code.
  expect(await rows()).toBe(5)
  const { sources: counted } = await stats()
  expect(counted.filter(({ id }) => id === 'off')).toEqual([])
  expect(counted.find(({ id }) => id === 'web')).toMatchObject({ received: 1, rejected: { missing_identity: 1 } })
}, 15_000)
