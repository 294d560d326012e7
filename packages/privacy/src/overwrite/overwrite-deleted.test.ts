import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { overwriteDeleted } from './overwrite-deleted.ts'
import { openOverwriting } from './overwriting.ts'
import type { SqlFile } from './sql-file.ts'

const canary = 'kanari'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spartito-overwrite-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A file as a Durable Object has it: SQLite with a log of its own, which nobody may close. */
const openFile = (name: string): SqlFile & { database: DatabaseSync } => {
  const database = new DatabaseSync(join(folder, name))
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA secure_delete = OFF; PRAGMA auto_vacuum = NONE',
  )
  database.exec('CREATE TABLE _cf_KV (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID')
  const number = (pragma: string): number => Object.values(database.prepare(`PRAGMA ${pragma}`).get()!)[0] as number
  const exec = (query: string, ...values: (string | number)[]) => database.prepare(query).all(...values)
  return {
    database,
    sql: {
      exec,
      get databaseSize() {
        return (number('page_count') - number('freelist_count')) * number('page_size')
      },
    },
    kv: {
      list: () =>
        exec('SELECT key, value FROM _cf_KV').map(({ key, value }): [string, unknown] => [
          key as string,
          JSON.parse(value as string),
        ]),
      put: (key, value) => exec('INSERT OR REPLACE INTO _cf_KV VALUES (?, ?)', key, JSON.stringify(value)),
      delete: (key) => exec('DELETE FROM _cf_KV WHERE key = ?', key),
    },
    transactionSync(work) {
      database.exec('BEGIN')
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    sync: async () => undefined,
  }
}

/** How often the canary is in the bytes of a file and of its log. */
const canaries = async (name: string): Promise<number> => {
  let found = 0
  for (const file of (await readdir(folder)).filter((its) => its.startsWith(name)))
    found += (await readFile(join(folder, file))).toString('latin1').split(canary).length - 1
  return found
}

const create = ({ database }: { database: DatabaseSync }): void =>
  database.exec(`CREATE TABLE lines (slot INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (slot, id)) WITHOUT ROWID;
    CREATE TABLE numbered (n INTEGER PRIMARY KEY AUTOINCREMENT, who TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX by_who ON numbered (who);
    CREATE TABLE "named ones" (id TEXT PRIMARY KEY, body TEXT)`)

const tables = ['lines', 'numbered', '"named ones"']
const rowsOf = ({ sql }: SqlFile): unknown[] => tables.map((table) => [...sql.exec(`SELECT * FROM ${table}`)])

const write = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'grow', 'thin out'),
  /** bytes of a body: in a page, beyond it, and over several */
  size: fc.constantFrom(6, 60, 900, 3_000, 9_000, 30_000),
  many: fc.integer({ min: 1, max: 30 }),
})

test('CO7 whatever was written, what is deleted is in no byte of the file, and all else is as it was', async () => {
  let [run, left] = [0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 14 }), async (writes) => {
      const name = `run-${run++}`
      const file = openFile(name)
      create(file)
      let id = 0
      for (const { kind, size, many } of writes)
        if (kind === 'grow')
          file.database.exec(`UPDATE lines SET body = body || 'x' || body WHERE length(body) < ${size}`)
        else if (kind === 'thin out') file.database.exec(`DELETE FROM lines WHERE slot = ${many % 5}`)
        else
          for (let n = 0; n < many; n++) {
            const who = ++id % 3 === 0 ? canary : 'others'
            const body = who.repeat(size / 6)
            file.sql.exec('INSERT INTO lines VALUES (?, ?, ?)', id % 5, `${who}-${id}`, body)
            file.sql.exec('INSERT INTO numbered (who, body) VALUES (?, ?)', who, body)
            file.sql.exec('INSERT INTO "named ones" VALUES (?, ?)', `${who}-${id}`, body)
          }
      file.database.exec(`DELETE FROM lines WHERE id LIKE '${canary}%'; DELETE FROM numbered WHERE who = '${canary}';
        DELETE FROM "named ones" WHERE id LIKE '${canary}%'`)
      // Written into pages that were somebody's, as the runtime's own table may be: the last of them has a gap.
      for (const size of [1_500, 5_500, 9_600]) file.kv.put(`meta ${size}`, 'm'.repeat(size))
      if ((await canaries(name)) > 0) left++
      const before = rowsOf(file)
      const numbers = [...file.sql.exec('SELECT * FROM sqlite_sequence')]
      expect(await overwriteDeleted(file)).toBe(true)
      expect(await canaries(name)).toBe(0)
      expect(rowsOf(file)).toEqual(before)
      expect([...file.sql.exec('SELECT * FROM sqlite_sequence')]).toEqual(numbers)
      expect([...file.sql.exec("SELECT count(*) AS n FROM numbered INDEXED BY by_who WHERE who = 'others'")]).toEqual([
        { n: (before[1] as unknown[]).length },
      ])
      file.database.close()
    }),
    { numRuns: 40, seed: 9 },
  )
  // Without it SQLite leaves something nearly every time.
  expect(left).toBeGreaterThan(20)
})

test('CO7 a file that was larger once is written over as far as it was noted, and grows no more the next time', async () => {
  const file = openFile('shrunk')
  create(file)
  for (let n = 0; n < 300; n++) file.sql.exec('INSERT INTO "named ones" VALUES (?, ?)', `${n}`, canary.repeat(5_000))
  file.sql.exec('INSERT INTO lines VALUES (1, ?, ?)', 'others', 'others')
  const overwriting = openOverwriting(file, 0, 'test')
  overwriting.noteFileSize()
  file.database.exec('DELETE FROM "named ones"')
  expect(file.sql.databaseSize).toBeLessThan(100_000)
  overwriting.ask(1)
  await overwriting.run(1)
  expect(await canaries('shrunk')).toBe(0)
  const size = async () => (await readFile(join(folder, 'shrunk'))).byteLength
  const before = await size()
  const { exec } = file.sql
  let rows = 0
  file.sql.exec = (query, ...values) => {
    if (query.startsWith('INSERT')) rows++
    return exec(query, ...values)
  }
  overwriting.ask(2)
  await overwriting.run(2)
  expect(await size()).toBeLessThan(before + 100_000)
  // What it costs is what there is, not the file's size.
  expect(rows).toBeLessThan(150)
  file.database.close()
})

test('CO7 many erasures share it: it waits for the last, and for the first not more than a day of delays', async () => {
  const file = openFile('waits')
  create(file)
  const overwriting = openOverwriting(file, 10, 'test')
  expect(overwriting.dueAt()).toBeUndefined()
  overwriting.ask(100)
  overwriting.ask(105)
  expect(overwriting.dueAt()).toBe(115)
  // An instance that begins anew knows of it.
  expect(openOverwriting(file, 10, 'test').dueAt()).toBe(115)
  for (let now = 110; now < 500; now += 5) overwriting.ask(now)
  expect(overwriting.dueAt()).toBe(340)
  await overwriting.run(339)
  expect(overwriting.dueAt()).toBe(340)
  const running = overwriting.run(500)
  // What is deleted while it runs was perhaps copied before.
  overwriting.ask(501)
  await running
  expect(overwriting.dueAt()).toBe(511)
  await overwriting.run(511)
  expect(overwriting.dueAt()).toBeUndefined()
  file.database.close()
})
