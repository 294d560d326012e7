import type { Manifest, RemovedCount } from '@spartito/lake'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BucketStep } from './checkpoints/lake.ts'
import { until } from './start-crash.ts'
import { type LakeCrash, startLakeCrash } from './start-lake-crash.ts'

let crash: LakeCrash

const dayMs = 86_400_000
const now = Date.now()

/** Two rows of each source at each age; `web` is kept as all are, for 30 days, `app` for 7. */
const send = (name: string, days: number): Promise<void> =>
  crash.sendRows(
    JSON.stringify({
      kind: 'events',
      id: name,
      rows: ['web', 'app'].flatMap((source) =>
        [1, 2].map((n) => ({
          received_at: now - days * dayMs,
          timestamp: now,
          source,
          message_id: `${name}-${source}-${n}`,
        })),
      ),
    }),
  )

const there = async (): Promise<string[]> => [...(await crash.read('events', 'message_id')).rows.keys()].sort()

const all = (...names: string[]): string[] =>
  names.flatMap((name) => [`${name}-app-1`, `${name}-app-2`, `${name}-web-1`, `${name}-web-2`])

/** What the lake says that it had in the hour of an age. */
const removedAt = async (days: number): Promise<RemovedCount[]> => {
  const hour = new Date(now - days * dayMs).toISOString().slice(0, 13)
  const { manifests } = await crash.ask<{ manifests: Manifest[] }>(`manifest?from=${hour}&to=${hour}`)
  return manifests.flatMap(({ removed = [] }) => removed)
}

const expired = (source: string): RemovedCount => ({ why: 'expired', source, rows: 2 })

beforeAll(async () => {
  crash = await startLakeCrash()
}, 60_000)
afterAll(() => crash?.end())

/** Instants, each in an hour of its own, so old that the keeper has been through it; `partly` is an hour of which one source goes, `whole` one that goes as a whole. */
const instants: [killed: string, at: BucketStep['at'], of: 'partly' | 'whole', days: number][] = [
  ['when it is, and is not counted', 'stored', 'partly', 11],
  ['when it has gone, and is not counted', 'deleted', 'whole', 41],
]

/** Asks until the Worker hangs: isolates know of a version after a second, and what is over is looked for when it is asked for. */
const askUntilKilled = async (): Promise<void> => {
  for (;;) {
    await crash.ask('expire', 'POST')
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

test('RT nothing goes while nothing is said', async () => {
  for (const name of ['young', 'older']) await send(name, name === 'young' ? 2 : 50)
  await until('all is in the lake', async () => (await there()).length === 8)
  await crash.ask('expire', 'POST')
  expect(await there()).toEqual(all('older', 'young'))
  await crash.publish((sources) => ({
    sources: [...sources, { id: 'app', kind: 'server', writeKey: 'wk_of_an_app_00', retention: { events: 'P7D' } }],
    retention: { events: 'P30D' },
  }))
  await until('what is over has gone', async () => {
    await crash.ask('expire', 'POST')
    return (await there()).length === 4
  })
  expect(await there()).toEqual(all('young'))
  expect(await removedAt(50)).toEqual([expired('app'), expired('web')])
})

describe('RT what was kept for its time goes by kind and source, once, and is counted, if the keeper is killed -9', () => {
  test.each(instants)('%s', async (killed, at, of, days) => {
    const name = `r${instants.findIndex(([its]) => its === killed)}`
    const before = await there()
    await send(name, days)
    await until('all is in the lake', async () => (await there()).length === before.length + 4)
    const day = new Date(now - days * dayMs).toISOString().slice(0, 10)
    crash.decide = (step) => (step.at === at && step.key.startsWith(`events/dt=${day}`) ? 'hang' : 'go on')
    const asking = askUntilKilled().catch(() => undefined)
    await crash.untilHeld()
    await crash.killAndStart()
    await asking
    const left = [...before, ...(of === 'partly' ? all(name).filter((id) => id.includes('web')) : [])].sort()
    await until('it goes on by itself', async () => JSON.stringify(await there()) === JSON.stringify(left))
    await until('it is counted', async () => (await removedAt(days)).length > 0)
    expect(await removedAt(days)).toEqual(of === 'partly' ? [expired('app')] : [expired('app'), expired('web')])
  })
})
