import { describe, expect, test } from 'vitest'
import { type Row, type RowOptions, readRows } from './read-rows.ts'

/** Bytes that come in pieces, so that nothing may rest on where one ends. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

const read = async (text: string | Uint8Array, options: Partial<RowOptions> = {}): Promise<string[]> => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const said = (row: Row): string => ('fault' in row ? row.fault.code : String(row.cells('a')))
  const rows: string[] = []
  for await (const row of readRows(inPieces(bytes, Math.max(3, bytes.length >> 8)), {
    format: 'csv',
    columns: ['a'],
    ...options,
  }))
    rows.push(`${row.row} ${said(row)}`)
  return rows
}

describe('CSV', () => {
  test.each<[what: string, text: string, rows: string[]]>([
    ['rows are counted from 1, without the header', 'a,b\n1,2\n3,4\n', ['1 1', '2 3']],
    ['a byte order mark and \\r\\n', '\ufeffa,b\r\n1,2\r\n', ['1 1']],
    ['quotes, separators and line ends within them', 'a,b\n"x,\n""y""",2\n', ['1 x,\n"y"']],
    ['empty lines are no rows', 'a,b\n\n1,2\n\n', ['1 1']],
    ['no line end at the end', 'a,b\n1,2', ['1 1']],
    ['a row with too few or too many cells', 'a,b\n1\n1,2,3\n4,5', ['1 invalid_field', '2 invalid_field', '3 4']],
    ['letters of several bytes', 'a,b\n日本,ü\n', ['1 日本']],
    ['a header alone', 'a,b\n', []],
  ])('%s', async (_what, text, rows) => {
    expect(await read(text)).toEqual(rows)
  })

  test('another separator and another encoding', async () => {
    const bytes = Uint8Array.from('a;b\nM\u00fcller;1\n', (letter) => letter.charCodeAt(0))
    expect(await read(bytes, { delimiter: ';', encoding: 'windows-1252' })).toEqual(['1 M\u00fcller'])
  })

  test.each<[what: string, text: string | Uint8Array, says: string]>([
    ['a column that is not there', 'x,y\n1,2\n', 'the file has no column "a"; it has "x", "y"'],
    ['another separator', 'a;b\n1;2\n', 'columns seem to be separated by ";"'],
    ['a column that is there twice', 'a,a\n1,2\n', 'the file has two columns "a"'],
    ['nothing', '', 'the file is empty'],
    ['a quote that is not closed', 'a,b\n1,2\n"3,4\n5,6\n', 'Quote Not Closed'],
    ['a quote in the wrong place', 'a,b\n1,2\n3,"4" 5\n6,7\n', 'Invalid Closing Quote: got " " at line 3'],
    ['a row that never ends', `a,b\n1,"${'x'.repeat(1_100_000)}\n`, 'Max Record Size'],
    ['another encoding', Uint8Array.of(97, 44, 98, 10, 0xfc, 44, 50, 10), 'the file is not in utf-8'],
  ])('%s stops it, before anything is sent', async (_what, text, says) => {
    await expect(read(text)).rejects.toThrow(says)
  })
})

describe('NDJSON', () => {
  test.each<[what: string, text: string, rows: string[]]>([
    ['a row is a line', '{"a":1}\n\n{"a":"x"}\n', ['1 1', '3 x']],
    ['what is no object', '[1]\n5\n{"a":\n{"a":2}', ['1 invalid_json', '2 invalid_json', '3 invalid_json', '4 2']],
    ['a line that is too long', `{"a":"${'x'.repeat(1_100_000)}"}\n{"a":2}\n`, ['1 too_large_event', '2 2']],
  ])('%s', async (_what, text, rows) => {
    expect(await read(text, { format: 'ndjson' })).toEqual(rows)
  })

  test('a column is a path', async () => {
    const bytes = new TextEncoder().encode('{"o":{"n":1},"o.m":2}')
    const { value: row } = await readRows(inPieces(bytes, 5), { format: 'ndjson', columns: [] }).next()
    const { cells } = row as Extract<Row, { raw: string }>
    expect([cells('o.n'), cells('o.m'), cells('o.x'), cells('toString')]).toEqual([1, 2, undefined, undefined])
  })
})
