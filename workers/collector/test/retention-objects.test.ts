import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import { quarantineShard, quarantineShards } from '../src/quarantine/quarantine-shard.ts'
import { recentEvents } from '../src/sampling/sample.ts'
import { callIngest } from '../src/visitor/call-ingest.ts'
import {
  administer,
  blocksIn,
  collect,
  fresh,
  publish,
  serverKey,
  stubOf,
  track,
  wake,
  workspace,
  writeKey,
} from './setup.ts'

const dayMs = 86_400_000
const hour = () => new Date().toISOString().slice(0, 13)

beforeAll(async () => {
  const [web, till] = workspace().sources
  await publish(
    workspace({
      sources: [
        { ...web!, sample: 5, retention: { quarantine: 'P7D', recent: 'PT1H' } },
        { ...till!, retention: { events: 'P3D' } },
      ],
      plan: { events: {}, onUnknown: 'quarantine' },
      retention: { quarantine: 'P2D', deliveries: 'P30D' },
    }),
  )
})

const stats = async () =>
  (await administer('/admin/stats')).json() as Promise<{
    retained: { hour: string; source: string | null; deleted: Record<string, number> }[]
    retention: Record<string, { ms: number | null; bySource: Record<string, number> }>
  }>

describe('RT what is kept for a time is let go of by the object that keeps it', () => {
  test('AD what the workspace says, and what was deleted by it, is in the statistics', async () => {
    const { retention, retained } = await stats()
    expect(retention).toMatchObject({
      quarantine: { ms: 2 * dayMs, bySource: { web: 7 * dayMs } },
      deliveries: { ms: 30 * dayMs, bySource: {} },
      events: { ms: null, bySource: { till: 3 * dayMs } },
      recent: { ms: dayMs, bySource: { web: dayMs / 24 } },
    })
    expect(retained).toEqual([])
  })

  test('QR1 the quarantine, by the source: at the alarm that is due then', async () => {
    const [mine, theirs] = [fresh('u'), fresh('u')]
    await collect([track({ userId: mine }, 'Unheard')], serverKey)
    await collect([track({ userId: theirs }, 'Unheard')], writeKey)
    const shards = Array.from({ length: quarantineShards }, (_, shard) => quarantineShard(env as Env, shard))
    const waiting = async (): Promise<string[]> => {
      const filter = { about: [mine, theirs].map((value) => ({ type: 'user_id', value })) }
      const pages = shards.map((shard) => shard.find({ filter, start: { row: 0, place: 0 }, limit: 10 }))
      return (await Promise.all(pages)).flatMap(({ found }) => found.map(({ source }) => source)).sort()
    }
    expect(await waiting()).toEqual(['till', 'web'])
    const after = async (days: number): Promise<void> => {
      for (const shard of shards)
        await runInDurableObject(shard, async (_object, { storage }) => {
          const hasAny = storage.sql.exec('SELECT 1 FROM held').toArray().length > 0
          if (!hasAny) return
          storage.sql.exec('UPDATE held SET id = id - ?', days * dayMs)
          await storage.setAlarm(Date.now() + dayMs)
        })
      await Promise.all(shards.map((shard) => runDurableObjectAlarm(shard)))
    }
    await after(1)
    expect(await waiting()).toEqual(['till', 'web'])
    await after(1)
    expect(await waiting()).toEqual(['web'])
    expect((await stats()).retained).toEqual([{ hour: hour(), source: 'till', deleted: { quarantine: 1 } }])
    await after(5)
    expect(await waiting()).toEqual([])
  })

  test('the newest events of a source, for dry runs', async () => {
    const recent = recentEvents(env as Env, 'web')
    await recent.push(['{"a":1}'], 5)
    expect(await recent.read(5)).toContain('{"a":1}')
    await runInDurableObject(recent, (_object, { storage }) => {
      storage.sql.exec('UPDATE recent SET at = at - ?', dayMs / 24)
    })
    expect(await recent.read(5)).toEqual([])
    await runDurableObjectAlarm(recent)
    const left = await runInDurableObject(recent, (_object, { storage }) =>
      storage.sql.exec('SELECT 1 FROM recent').toArray(),
    )
    expect(left).toEqual([])
  })

  test('PR1 the whole part of events in a profile, by an alarm that is set for it', async () => {
    const till = { ...workspace().sources[1]!, retention: { events: 'P3D' } }
    await publish(workspace({ sources: [workspace().sources[0]!, till] }))
    const device = fresh('a')
    const stub = stubOf('anonymous_id', device)
    const came = async (daysAgo: number, source: string): Promise<void> => {
      const receivedAt = Date.now() - daysAgo * dayMs
      const event = { messageId: fresh('m'), type: 'track', event: 'Seen', anonymousId: device, source }
      const json = JSON.stringify({
        ...event,
        timestamp: receivedAt,
        receivedAt,
        properties: { of: `${source} ${daysAgo}` },
      })
      const address = { type: 'anonymous_id', value: device, class: 'device' } as const
      const about = { policy: 'opt-out', verified: false, anonymousId: device, hops: 0 } as const
      await callIngest(stub, { address, events: [json], receivedAt, ...about })
    }
    for (const [daysAgo, source] of [
      [5, 'till'],
      [4, 'web'],
      [1, 'till'],
    ] as const)
      await came(daysAgo, source)
    const kept = async (): Promise<string[]> => {
      const blocks = await runInDurableObject(stub, (_object, { storage }) => blocksIn(storage))
      return [
        ...blocks
          .map(({ lines }) => lines)
          .join('')
          .matchAll(/"of":"([^"]+)"/g),
      ].map(([, of]) => of!)
    }
    expect(await kept()).toEqual(['till 5', 'web 4', 'till 1'])
    await wake('anonymous_id', device)
    expect(await kept()).toEqual(['web 4', 'till 1'])
    const alarm = await runInDurableObject(stub, (_object, { storage }) => storage.getAlarm())
    expect(alarm! - Date.now()).toBeLessThan(2 * dayMs + 4 * 3_600_000)
  })
})
