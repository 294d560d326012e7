import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BucketStep } from './checkpoints/lake.ts'
import { type LakeCrash, startLakeCrash } from './start-lake-crash.ts'

let crash: LakeCrash
/** Every event that was sent, by all tests of this file. */
const sent: string[] = []

beforeAll(async () => {
  crash = await startLakeCrash()
})
afterAll(() => crash?.end())

const send = async (...messageIds: string[]): Promise<void> => {
  sent.push(...messageIds)
  await crash.track(...messageIds)
}

/** All are there, each once when copies are told by their keys, and the statistics say the same. */
const expectAllOnce = async (): Promise<void> => {
  await crash.untilAccepted(sent.length)
  expect([...(await crash.read('events', 'message_id')).rows.keys()].sort()).toEqual([...sent].sort())
  const unlike = async () =>
    (await crash.reconciled()).flatMap(({ difference, differences }) => [difference, ...differences])
  await expect
    .poll(async () => (await unlike()).every((its) => its === 0), { timeout: 20_000, interval: 500 })
    .toBe(true)
}

/** The folder of an instant's hour. */
const today = (at: number): string =>
  `dt=${new Date(at).toISOString().slice(0, 10)}/hr=${new Date(at).toISOString().slice(11, 13)}/`

const isEvents = ({ key }: BucketStep): boolean => key.startsWith('events/')

describe('LA1, LA2 R25 each event is in the lake once', () => {
  test('when the bucket fails twice, then takes a file and does not answer in time', async () => {
    const faults: BucketStep['at'][] = ['put', 'put', 'stored']
    const seen: BucketStep[] = []
    crash.decide = (step) => {
      if (!isEvents(step)) return 'go on'
      if (step.at === 'stored') seen.push(step)
      if (step.at !== faults[0]) return 'go on'
      faults.shift()
      return 'fail'
    }
    await send('bucket-fails')
    await expectAllOnce()
    expect(faults).toEqual([])
    // Written again under the same key.
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1)
    expect((await crash.read('events', 'message_id')).rows.get('bucket-fails')).toBe(1)
  })

  // Before it has stored anything, and while the queue has the message: test/crash/events.test.ts.
  test('when its consumer is killed -9 with the file stored, before the queue hears of it; and each of the quarantine, with it not stored', async () => {
    crash.decide = (step) => {
      if (step.key.startsWith('quarantine/')) return 'hang'
      return isEvents(step) && step.at === 'stored' ? 'hang' : 'go on'
    }
    await crash.trackHeld('held')
    await send('consumer')
    await crash.untilHeld(2)
    await crash.killAndStart()
    await expectAllOnce()
    expect(await crash.reconciled()).toContainEqual(expect.objectContaining({ quarantined: 1 }))
    expect((await crash.read('quarantine', 'message_id')).rows).toEqual(new Map([['held', 1]]))
  })
})

test('LA1 R7 rows of other kinds come by the queue, once however often they are sent; what nobody can read is parked and holds up no other', async () => {
  crash.decide = () => 'go on'
  const at = Date.now()
  const row = (n: number) => ({
    at,
    id: `d${n}`,
    destination: 'crm',
    kind: 'change',
    state: 'delivered',
    attempts: 1,
    status: 200,
    latency_ms: 12,
  })
  const message = (n: number) => JSON.stringify({ kind: 'deliveries', id: `m${n}`, rows: [row(n)] })
  const sends = [
    message(1),
    '{"kind":',
    message(2),
    message(1),
    JSON.stringify({ kind: 'deliveries', id: 'bad', rows: [{ at, status: 'x' }] }),
  ]
  for (const body of sends) await crash.sendRows(body)
  await expect.poll(async () => (await crash.read('deliveries', 'id')).rows.size, { timeout: 20_000 }).toBe(2)
  await crash.compact()
  const { rows } = await crash.read('deliveries', 'id')
  expect([...rows].sort()).toEqual([
    ['d1', 1],
    ['d2', 1],
  ])
  expect([...(await crash.parked()).keys()]).toEqual([
    expect.stringMatching(/^parked\/lake\//),
    expect.stringMatching(/^parked\/lake\//),
  ])
})

test('LA3 what comes late for an hour that is over is joined some time after it, though nobody asks', async () => {
  const at = Date.now() - 2 * 3_600_000
  const deliveries = async () =>
    (await crash.read('deliveries', "id || ' ' || state")).files.filter((key) => !key.includes(today(Date.now())))
  const late = (id: string) =>
    crash.sendRows(JSON.stringify({ kind: 'deliveries', id, rows: [{ at, id, destination: 'crm', state: 'late' }] }))
  await late('l1')
  await expect.poll(async () => (await deliveries()).length, { timeout: 10_000 }).toBe(1)
  await late('l2')
  await expect.poll(deliveries, { timeout: 15_000 }).toEqual([expect.stringMatching(/joined-/)])
  const { rows } = await crash.read('deliveries', "id || ' ' || state")
  expect([rows.get('l1 late'), rows.get('l2 late')]).toEqual([1, 1])
})

/** Instants of one run of compaction, in their order; `joined` is its file, `raw` the consumers', `manifest` what it says at the end. */
const instants: [killed: string, at: BucketStep['at'], of: string][] = [
  ['before it has written the joined file', 'put', 'joined-'],
  ['when it has, and nothing is deleted', 'stored', 'joined-'],
  ['when that is deleted, and what consumers wrote is not', 'deleted', 'joined-'],
  ['when all is deleted, and no manifest is written', 'put', 'manifest/'],
  ['when the manifest is written, and the hour is still noted', 'stored', 'manifest/'],
]

describe('LA3 R25 compaction that is killed -9', () => {
  test.each(instants)('%s loses nothing, and the next run leaves each row once', async (killed, at, of) => {
    // Something joined is there, and something new.
    await crash.compact()
    await send(`late ${killed}`)
    await crash.untilAccepted(sent.length)
    crash.decide = (step) => (step.at === at && step.key.includes(of) ? 'hang' : 'go on')
    const asked = crash.compact().catch(() => undefined)
    await crash.untilHeld()
    await crash.killAndStart()
    await asked
    await expectAllOnce()
    await crash.compact()
    const { files, rows } = await crash.read('events', 'message_id')
    expect([...rows.values()].every((count) => count === 1)).toBe(true)
    expect([...rows.keys()].sort()).toEqual([...sent].sort())
    // One, or two when the hour has changed meanwhile.
    expect(files.length).toBeLessThanOrEqual(2)
  })
})

describe('LA1 the daily walk through the profiles that is killed -9', () => {
  test.each(['put', 'stored'] as const)(
    'at "%s" of its second page goes on by itself, and each profile is there once',
    async (at) => {
      let pages = 0
      crash.decide = (step) => {
        if (!step.key.startsWith('profiles/') || step.at !== at) return 'go on'
        return ++pages === 2 ? 'hang' : 'go on'
      }
      await crash.ask('profiles', 'POST')
      await crash.untilHeld()
      await crash.killAndStart()
      const isDone = async () => (await crash.ask<{ walk: { isDone: boolean } }>('profiles')).walk.isDone
      await expect.poll(isDone, { timeout: 20_000 }).toBe(true)
      const { rows } = await crash.read('profiles', 'profile_id')
      expect(rows.size).toBe(sent.length)
      expect([...rows.values()].every((count) => count === 1)).toBe(true)
    },
  )
})
