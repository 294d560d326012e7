import { limits } from '@spartito/protocol'
import { describe, expect, test } from 'vitest'
import { type Batch, makeBatches } from './batches.ts'
import type { SortedRow } from './sorted-rows.ts'

const row = (number: number, person: string, more: Partial<SortedRow> = {}): SortedRow => ({
  row: number,
  person,
  id: `id${number}`,
  isNamed: false,
  json: '{"type":"track"}',
  ...more,
})

async function* inChunks(...chunks: SortedRow[][]): AsyncGenerator<SortedRow[]> {
  yield* chunks
}
const batches = async (...chunks: SortedRow[][]): Promise<Batch[]> => {
  const made: Batch[] = []
  for await (const batch of makeBatches(inChunks(...chunks))) made.push(batch)
  return made
}
const idsOf = ({ body }: Batch): string[] =>
  (JSON.parse(body) as { batch: { messageId: string }[] }).batch.map(({ messageId }) => messageId)
const many = (count: number, person: (i: number) => string, more?: Partial<SortedRow>): SortedRow[] =>
  Array.from({ length: count }, (_, i) => row(i + 1, person(i), more))

describe('WI3 batches', () => {
  test("hold each person's rows together, in their order", async () => {
    const [batch] = await batches([row(1, 'a'), row(2, 'b'), row(3, 'a'), row(4, 'b')])
    expect(batch!.rows).toEqual([1, 3, 2, 4])
  })

  test.each<[limit: string, rows: SortedRow[], sizes: number[], follows: boolean[]]>([
    ['2,500 events', many(6_000, () => 'a'), [2_500, 2_500, 1_000], [false, true, true]],
    ['1,000 visitors', many(2_001, (i) => `p${i}`), [1_000, 1_000, 1], [false, false, false]],
    ['1,000 rows of which nobody knows whose they are', many(1_500, () => ''), [1_000, 500], [false, true]],
    [
      'a person who does not fit waits for the next',
      [...many(2_400, () => 'a'), ...many(200, () => 'b')],
      [2_400, 200],
      [false, false],
    ],
  ])('have at most %s', async (_limit, rows, sizes, follows) => {
    const made = await batches(rows)
    expect(made.map((batch) => batch.rows.length)).toEqual(sizes)
    expect(made.map((batch) => batch.follows)).toEqual(follows)
  })

  test('have at most 500 KB, in UTF-8', async () => {
    const made = await batches(many(300, () => 'a', { json: `{"type":"track","x":"${'ü'.repeat(2_000)}"}` }))
    const sizes = made.map(({ body }) => Buffer.byteLength(body))
    expect(made.length).toBe(3)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.bodyBytes)
    expect(made.flatMap(({ rows }) => rows)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
  })

  test('of the next chunk wait for those of the one before', async () => {
    const made = await batches([row(1, 'a'), row(2, 'b')], [row(3, 'a')])
    expect(made.map(({ rows, follows }) => ({ rows, follows }))).toEqual([
      { rows: [1, 2], follows: false },
      { rows: [3], follows: true },
    ])
  })
})

describe('WI9 messageIds', () => {
  test('rows that say the same are numbered, over chunks too', async () => {
    const same = { id: 'same' }
    const made = await batches([row(1, 'a', same), row(2, 'a', same)], [row(3, 'a', same)])
    expect(made.flatMap(idsOf)).toEqual(['import_same', 'import_same_2', 'import_same_3'])
  })

  test('one that the row names stays as it is, however often', async () => {
    const named = { id: 'order "1"', isNamed: true }
    expect((await batches([row(1, 'a', named), row(2, 'a', named)])).flatMap(idsOf)).toEqual(['order "1"', 'order "1"'])
  })
})
