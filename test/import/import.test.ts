import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRandom } from '../support/seeded-random.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { runImport } from './import-process.ts'
import { countedEvents, findDifferences, importWorkspace } from './imported.ts'
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

  const counted = await countedEvents(live.admin, 3_000)
  expect(counted.accepted).toBe(rows - bad)
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
