import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ran, runSpartito } from '../../packages/cli/src/testing/run-spartito.ts'
import { keys } from '../support/keys.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { startFaultProxy, type WayFault } from './fault-proxy.ts'
import { runImport } from './import-process.ts'
import { acceptedEvents, findDifferences, importWorkspace } from './imported.ts'
import { type History, historyMapping, writeHistory } from './write-history.ts'

const seed = 6
const [rows, persons] = [20_000, 400]

let live: Spartito
let folder: TempFolder
let history: History

beforeAll(async () => {
  folder = await makeTempFolder('import')
  live = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
  await live.admin.publish(importWorkspace)
  history = await writeHistory(join(folder.path, 'history.csv'), rows, persons, seed)
  await writeFile(join(folder.path, 'history.json'), JSON.stringify(historyMapping))
})
afterAll(async () => {
  await live.runtime.stop()
  await folder.remove()
})

test(`a history of ${rows} rows, killed with -9 twice, is there once`, async () => {
  const run = { folder: folder.path, collector: live.collector }
  for (const killAt of [0, 0.4]) {
    const { summary, code } = await runImport({ ...run, killAt })
    expect({ summary, code }).toEqual({ summary: undefined, code: null })
  }
  const { summary, code, errors } = await runImport(run)

  const bad = Object.values(history.bad).reduce((sum, count) => sum + count, 0)
  expect({ code, errors }).toEqual({ code: 2, errors: '' })
  const { accepted, duplicate, rejected } = summary!
  expect({ rows: summary!.rows, rejected, sum: accepted + duplicate + rejected }).toEqual({
    rows,
    rejected: bad,
    sum: rows,
  })

  expect(await acceptedEvents(live.admin, rows - bad)).toBe(rows - bad)
  expect(await findDifferences(live.admin, history, 40, seededRandom(seed))).toEqual([])

  const lines = (await readFile(join(folder.path, 'history.csv.rejected.ndjson'), 'utf8')).trim().split('\n')
  const told = lines.map((line) => JSON.parse(line) as { row: number; code: string })
  expect(new Set(told.map(({ row }) => row)).size).toBe(bad)
  for (const [code, count] of Object.entries(history.bad))
    expect(told.filter((row) => row.code === code)).toHaveLength(count)
})

test('a start after the end sends nothing', async () => {
  const { summary, code } = await runImport({ folder: folder.path, collector: live.collector })
  expect({ code, wasDone: summary?.wasDone, rows: summary?.rows }).toEqual({ code: 2, wasDone: true, rows })
})

describe('a small file', () => {
  const at = '2024-02-29T12:00:00.000Z'
  const order = (userId: string, more: object = {}): object => ({
    type: 'track',
    event: 'Order Completed',
    userId,
    timestamp: at,
    ...more,
  })
  const write = async (name: string, ...rows: object[]): Promise<string> => {
    await writeFile(join(folder.path, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    return name
  }
  const spartito = (flags: string[], key: string = keys.server, input?: string): Promise<Ran> => {
    const options = { cwd: folder.path, env: { SERVER_KEY: key }, ...(input !== undefined && { input }) }
    return runSpartito(['import', ...flags], options)
  }
  const summary = ({ out }: Ran) => JSON.parse(out) as Record<string, unknown>
  const ordersOf = async (value: string) =>
    (await live.admin.profile({ type: 'user_id', value }))?.events['Order Completed']
  const to = (): string[] => ['--to', live.collector, '--json']

  test('WI8 events as they are keep their own times, whatever their journey was', async () => {
    const journey = {
      timestamp: undefined,
      originalTimestamp: at,
      sentAt: '2024-02-29T12:10:00.000Z',
      receivedAt: '2024-02-29T14:10:00.000Z',
    }
    const file = await write(
      'wire.ndjson',
      order('wire-1'),
      order('wire-2', journey),
      order('wire-3', { timestamp: undefined }),
    )
    const ran = await spartito([file, ...to()])
    expect({ code: ran.code, ...summary(ran) }).toMatchObject({ code: 2, rows: 3, accepted: 2, rejected: 1 })
    expect(await ordersOf('wire-1')).toMatchObject({ count: 1, first: Date.parse(at) })
    expect(await ordersOf('wire-2')).toMatchObject({ count: 1, first: Date.parse(at) + 2 * 3_600_000 })
    expect(await ordersOf('wire-3')).toBeUndefined()
    expect(JSON.parse(await readFile(join(folder.path, 'wire.ndjson.rejected.ndjson'), 'utf8'))).toMatchObject({
      row: 3,
      code: 'bad_timestamp',
    })
  })

  test('WI9 rows that say the same are two events, and the same file again is none', async () => {
    const file = await write('twice.ndjson', order('twice'), order('twice'))
    expect(summary(await spartito([file, ...to()]))).toMatchObject({ accepted: 2, duplicate: 0 })
    expect(summary(await spartito([file, ...to(), '--restart']))).toMatchObject({ accepted: 0, duplicate: 2 })
    const longer = await write(
      'longer.ndjson',
      order('twice'),
      order('twice', { properties: { n: 1 } }),
      order('twice'),
    )
    expect(summary(await spartito([longer, ...to()]))).toMatchObject({ accepted: 1, duplicate: 2 })
    expect(await ordersOf('twice')).toMatchObject({ count: 3 })
  })

  test('standard input', async () => {
    const ran = await spartito(['-', ...to()], keys.server, `${JSON.stringify(order('piped'))}\n`)
    expect({ code: ran.code, ...summary(ran) }).toMatchObject({ code: 0, rows: 1, accepted: 1 })
  })

  test('--dry-run shows the first events, and sends nothing', async () => {
    const ran = await spartito([await write('dry.ndjson', order('dry'), { type: 'track' }), ...to(), '--dry-run'])
    expect({ code: ran.code, ...summary(ran) }).toMatchObject({
      code: 2,
      rows: 2,
      events: [{ userId: 'dry' }],
      rejected: { bad_timestamp: 1 },
    })
    expect(await ordersOf('dry')).toBeUndefined()
  })

  test.each<[fault: string, faults: WayFault[], requests: number, counts: object]>([
    ['503', [{ status: 503 }], 2, { accepted: 1 }],
    ['429 with Retry-After', [{ status: 429, headers: { 'retry-after': '1' } }], 2, { accepted: 1 }],
    ['a connection that is cut', ['cut', 'cut'], 3, { accepted: 1 }],
    ['an answer that is lost: a copy', ['lost'], 2, { accepted: 0, duplicate: 1 }],
  ])('WI7 is sent again after %s', async (fault, faults, requests, counts) => {
    const way = await startFaultProxy(live.collector)
    try {
      way.faults.push(...faults)
      const userId = `after ${fault}`
      const startedAt = performance.now()
      const ran = await spartito([
        await write(`${requests}-${faults.length}-${fault.slice(0, 3)}.ndjson`, order(userId)),
        '--to',
        way.origin,
        '--json',
      ])
      expect({ code: ran.code, ...summary(ran) }).toMatchObject({ code: 0, rows: 1, ...counts })
      expect(way.requests()).toBe(requests)
      expect(await ordersOf(userId)).toMatchObject({ count: 1 })
      if (fault.includes('Retry-After')) expect(performance.now() - startedAt).toBeGreaterThan(1_000)
    } finally {
      await way.close()
    }
  })

  test.each<[what: string, key: string, says: string]>([
    ['a key that names no source', 'sk_of_nobody', '401, unknown_write_key'],
    ['no key', '', 'SERVER_KEY is not set'],
  ])('%s stops it, is told, and shows no key', async (what, key, says) => {
    const { code, err, out } = await spartito([await write('refused.ndjson', order(what)), ...to(), '--restart'], key)
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringContaining(says) })
    expect(err).not.toContain('sk_of_nobody')
  })

  test('somebody else who answers is told, and not taken for the collector', async () => {
    const way = await startFaultProxy(live.collector)
    way.faults.push({ status: 200 })
    const { code, err } = await spartito([await write('elsewhere.ndjson', order('elsewhere')), '--to', way.origin])
    await way.close()
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('does not answer as a collector does') })
  })

  test('a file or a mapping that has changed since is told, and --restart begins anew', async () => {
    const file = await write('changed.ndjson', order('changed'))
    await spartito([file, ...to()], 'sk_of_nobody')
    await write('changed.ndjson', order('changed'), order('changed too'))
    const { code, err } = await spartito([file, ...to()])
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining('the file has changed. --restart begins anew'),
    })
    expect(summary(await spartito([file, ...to(), '--restart']))).toMatchObject({ accepted: 2 })
  })

  test('a missing file, CSV without a mapping, and a faulty mapping are told', async () => {
    expect((await spartito(['none.csv', ...to()])).err).toContain('there is no none.csv')
    await writeFile(join(folder.path, 'a.csv'), 'a,b\n1,2\n')
    expect((await spartito(['a.csv', ...to()])).err).toContain('say with --map FILE which column is what')
    await writeFile(join(folder.path, 'a.json'), '{"fields":{"user":"a"}}')
    expect((await spartito(['a.csv', '--map', 'a.json', ...to()])).err).toContain(
      'fields["user"] is no field of an event',
    )
  })
})
