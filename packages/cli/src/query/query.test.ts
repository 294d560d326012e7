import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { kindNames, lakeKinds } from '../lake/kinds.ts'
import { openLake } from '../lake/open-lake.ts'
import { eventRow, makeFolder, makeLake, parquet, putFile } from '../testing/lake-folder.ts'
import { runSpartito } from '../testing/run-spartito.ts'
import { columnsOf, rowsOf } from './column.ts'
import { runReading } from './query.ts'
import { writeAnswer } from './write-answer.ts'

/** All kinds are read; what goes wrong is what is answered. */
const ask = async (sql: string, lake: string, wanted: { sinceOf?: () => string; folders?: string[] } = {}) => {
  try {
    const flags = { lake, collector: '', tokenEnv: '' }
    const result = await runReading(await openLake(flags, { kinds: kindNames, ...wanted }), sql)
    const lines: string[] = []
    await writeAnswer(columnsOf(result), rowsOf(result), 'json', (line) => void lines.push(line))
    return lines.map((line) => JSON.parse(line))
  } catch (error) {
    return (error as Error).message
  }
}

const shop = makeLake({
  events: [
    eventRow({ event: 'Order Completed', properties: { revenue: 19.99 }, profile_id: 'p1' }),
    eventRow({ event: 'Order Completed', properties: { revenue: 0.01 }, profile_id: 'p2' }),
    eventRow({ type: 'page', name: 'Home', profile_id: 'p2' }),
  ],
})

test('a table has the rows of its files, and JSON is read with ->>', async () => {
  const sql =
    "select profile_id, (properties->>'revenue')::double as revenue from events where event is not null order by 1"
  expect(await ask(sql, shop)).toEqual([
    { profile_id: 'p1', revenue: 19.99 },
    { profile_id: 'p2', revenue: 0.01 },
  ])
})

test('lists, structs and maps are JSON, within one another too', async () => {
  const sql = "select [1, null] as list, {'a': ['x'], 'b': 0.5} as struct, map {'k': [true]} as map"
  expect(await ask(sql, shop)).toEqual([{ list: [1, null], struct: { a: ['x'], b: 0.5 }, map: { k: [true] } }])
})

test.each(Object.entries(lakeKinds))('LA1 %s without files has its columns and no rows', async (kind, { columns }) => {
  const other = makeLake(kind === 'events' ? { changes: [] } : { events: [] })
  expect(await ask(`select * from ${kind}`, other)).toEqual([])
  const described = (await ask(`describe ${kind}`, other)) as { column_name: string; column_type: string }[]
  expect(Object.fromEntries(described.map((row) => [row.column_name, row.column_type]))).toEqual(columns)
})

test('LA2 what was written twice counts once; the first receipt counts; what names nothing is its own', async () => {
  const one = eventRow({ message_id: 'm', received_at: '2026-03-01T12:00:05Z' })
  const copy = { ...one, received_at: '2026-03-01T12:00:01Z' }
  const nameless = { ...one, message_id: null }
  const folder = makeFolder('lake')
  putFile(folder, 'events/dt=2026-03-01/hr=12/a.parquet', parquet('events', [one, nameless]))
  putFile(folder, 'events/dt=2026-03-01/hr=12/compacted-b.parquet', parquet('events', [copy, one, nameless]))
  expect(await ask('select message_id, received_at::varchar as at from events order by 1, 2', folder)).toEqual([
    { message_id: 'm', at: '2026-03-01 12:00:01' },
    { message_id: null, at: '2026-03-01 12:00:05' },
    { message_id: null, at: '2026-03-01 12:00:05' },
  ])
})

test('files of an older version lie beside newer ones', async () => {
  const folder = makeFolder('lake')
  const old = ['is_late', 'city', 'campaign_name']
  putFile(folder, 'events/dt=2026-03-01/hr=12/a.parquet', parquet('events', [eventRow({ city: 'Roma' })], old))
  putFile(folder, 'events/dt=2026-03-02/hr=12/b.parquet', parquet('events', [eventRow({ city: 'Roma' })]))
  expect(await ask('select city, is_late from events order by 1 nulls first', folder)).toEqual([
    { city: null, is_late: null },
    { city: 'Roma', is_late: false },
  ])
  expect(await ask('select count(*) as n from events', folder, { sinceOf: () => '2026-03-02' })).toEqual([{ n: 1 }])
})

test.each([
  ['a file', `select * from read_text('/etc/hostname')`, 'file system operations are disabled'],
  ['a folder', `select * from glob('/etc/*')`, 'file system operations are disabled'],
  ['an address', `from read_csv('https://example.com/x.csv')`, 'file system operations are disabled'],
  ['a setting', `set enable_external_access = true`, 'a question only reads'],
  ['writing', `copy events to '/tmp/spartito-never.csv'`, 'file system operations are disabled'],
  ['writing into the lake', `copy (select 1) to '{lake}/x.parquet'`, 'a question only reads, and this is COPY'],
  ['a table', 'create table t as select 1', 'a question only reads, and this is CREATE'],
  ['an extension', 'install httpfs', 'a question only reads'],
  ['a database', `attach '{lake}/x.db'`, 'a question only reads'],
  ['two statements', 'select 1; select 2', 'several statements'],
  ['no statement', ' ', 'no statement'],
])('a question cannot reach %s', async (_what, sql, says) => {
  expect(await ask(sql.replace('{lake}', shop), shop)).toContain(says)
})

test('it may read what it is let', async () => {
  const folder = makeFolder('beside')
  writeFileSync(join(folder, 'costs.csv'), 'source,cost\nads,5\n')
  const sql = `select cost from read_csv('${folder}/costs.csv')`
  expect(await ask(sql, shop)).toContain('disabled by configuration')
  expect(await ask(sql, shop, { folders: [folder] })).toEqual([{ cost: 5 }])
})

test("a mistake has DuckDB's hint", async () => {
  expect(await ask('select profil_id from events', shop)).toContain('Candidate bindings: "profile_id"')
})

test.each([
  ['no folder', ['--lake', '/nowhere'], 'there is no folder /nowhere'],
  ['a folder that is no lake', ['--lake', makeFolder('empty')], 'holds no files of a lake: it needs a folder such as'],
  ['a bucket without a token', ['--lake', 's3://lake'], 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set'],
  ['no token', [], 'ADMIN_TOKEN is not set'],
  ['two forms', ['--lake', shop, '--json', '--csv'], 'give one'],
  ['a day that is none', ['--lake', shop, '--since', '2026-02-30'], 'a day is written like 2026-01-31'],
])('%s is said', async (_what, flags, says) => {
  const cwd = makeFolder('cwd')
  const { code, err } = await runSpartito(['query', 'select 1 from events', ...flags], {
    cwd,
    env: { ADMIN_TOKEN: '', AWS_ACCESS_KEY_ID: '' },
  })
  expect(code).toBe(1)
  expect(err).toContain(says)
})

test('a table is cut to the terminal, shows NULL, and lets no text act on it', async () => {
  const lake = makeLake({ events: [eventRow({ event: '\u001b[2J\u202edliv', city: null })] })
  const { out } = await runSpartito(['query', 'select event, city, 5 as n from events', '--lake', lake])
  expect(out).toContain('│ \\u001b[2J\\u202edliv │ NULL │ 5 │')
  expect(out).toContain('1 row\n')
  expect(out).not.toMatch(/\u001b|\u202e/)
})

test('CSV has all rows, quoted where needed, and no cell is a formula', async () => {
  const names = ['=1+1', '+cmd', '-1', '@x', '\tx', 'a,"b"\nc', 'ok']
  const lake = makeLake({ events: names.map((event, index) => eventRow({ event, message_id: `m${index}` })) })
  const sql = 'select event, -5 as n, null as nothing from events order by message_id'
  const { out } = await runSpartito(['query', sql, '--lake', lake, '--csv'])
  expect(out).toBe(
    `event,n,nothing\r\n'=1+1,-5,\r\n'+cmd,-5,\r\n'-1,-5,\r\n'@x,-5,\r\n'\tx,-5,\r\n"a,""b""\nc",-5,\r\nok,-5,\r\n`,
  )
})

test('whoever has read enough may go, as head does', async () => {
  const command = resolve(import.meta.dirname, '../../bin/spartito.mjs')
  const sql = 'select i from range(1000000) t(i)'
  const child = spawn(process.execPath, [command, 'query', sql, '--lake', shop, '--csv'])
  let err = ''
  child.stderr.on('data', (text) => {
    err += text
  })
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = await once(child, 'close')
  expect([code, err]).toEqual([0, ''])
})
