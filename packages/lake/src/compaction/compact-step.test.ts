import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import type { Row } from '../column.ts'
import { hourlyKinds } from '../kind.ts'
import { readParquet } from '../parquet.ts'
import { rowFiles } from '../row-files.ts'
import { compactStep } from './compact-step.ts'
import { type MemoryStore, memoryStore } from './memory-store.ts'
import { planStep, type StepLimits } from './plan-step.ts'
import type { StoredFile } from './stored-file.ts'

const hour = '2026-01-31T12'
const begin = Date.parse(`${hour}:00:00Z`)
const limits: StepLimits = { maxRows: 12, maxBytes: 1_000_000, maxRawBytes: 1_000_000, maxFiles: 5 }

const change = (n: number): Row => ({ id: `c${n}`, emitted_at: begin + n * 1_000, seq: n, audience: 'buyers' })

/** Writes rows as a consumer does: under the hash of their ids. */
const put = async (store: MemoryStore, numbers: readonly number[]): Promise<void> => {
  for (const { key, body, metadata } of rowFiles('changes', numbers.map(String), numbers.map(change)))
    await store.write(key, body, metadata)
}

const rowsOf = async (store: MemoryStore): Promise<number[]> => {
  const files = [...store.bodies.values()] as ArrayBuffer[]
  const rows = (await Promise.all(files.map((file) => readParquet(hourlyKinds.changes, file)))).flat()
  return rows.map(({ seq }) => seq as number).sort((a, b) => a - b)
}

const compact = async (store: MemoryStore): Promise<number> => {
  let steps = 0
  // A step that goes on for ever is a fault, too.
  while (await compactStep('changes', hour, store, limits)) if (++steps > 200) throw new Error('no end')
  return steps
}

describe('LA3 the files of an hour are joined', () => {
  test('many to one, in the order of time, with every column', async () => {
    const store = memoryStore()
    for (const n of [5, 3, 1, 4]) await put(store, [n])
    await compact(store)
    expect([...store.bodies.keys()]).toEqual([
      expect.stringMatching(/^changes\/dt=2026-01-31\/hr=12\/joined-[0-9a-f]{32}\.parquet$/),
    ])
    const [file] = store.bodies.values()
    const rows = await readParquet(hourlyKinds.changes, file as ArrayBuffer)
    expect(rows.map(({ seq }) => seq)).toEqual([1, 3, 4, 5])
    expect(rows[0]).toEqual({
      ...Object.fromEntries(Object.keys(hourlyKinds.changes.columns).map((name) => [name, null])),
      ...change(1),
    })
  })

  test('with files of before, which lack columns and do not say what is in them', async () => {
    const store = memoryStore()
    await put(store, [1])
    const body = parquetWriteBuffer({
      columnData: [
        { name: 'id', type: 'STRING', data: ['c2'] },
        { name: 'emitted_at', type: 'TIMESTAMP', data: [new Date(begin + 2_000)] },
        { name: 'gone_since', type: 'STRING', data: ['x'] },
      ],
    })
    await store.write('changes/dt=2026-01-31/hr=12/old.parquet', body, {})
    await compact(store)
    const [file] = store.bodies.values()
    const rows = await readParquet(hourlyKinds.changes, file as ArrayBuffer)
    expect(rows.map(({ id, seq, gone_since }) => [id, seq, gone_since])).toEqual([
      ['c1', 1, undefined],
      ['c2', null, undefined],
    ])
  })

  test('one alone stays as it is', async () => {
    const store = memoryStore()
    await put(store, [1, 2])
    expect(await compact(store)).toBe(0)
  })

  test('a copy of a file that was joined and deleted is taken out again', async () => {
    const store = memoryStore()
    await put(store, [1, 2])
    await put(store, [3])
    await compact(store)
    const joined = [...store.bodies.keys()]
    await put(store, [1, 2])
    await compact(store)
    expect([...store.bodies.keys()]).toEqual(joined)
  })

  test('none has more rows than it may', async () => {
    const store = memoryStore()
    for (let n = 0; n < 60; n++) await put(store, [n])
    await compact(store)
    const sizes = await Promise.all(
      [...store.bodies.values()].map(
        async (file) => (await readParquet(hourlyKinds.changes, file as ArrayBuffer)).length,
      ),
    )
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.maxRows)
    expect(sizes.length).toBeLessThanOrEqual(8)
    expect(await rowsOf(store)).toEqual(Array.from({ length: 60 }, (_, n) => n))
  })

  const file = (key: string, rows: number, from: number): StoredFile => ({
    key: `changes/dt=2026-01-31/hr=12/${key}.parquet`,
    size: 10,
    rows,
    from,
    until: from + 1,
  })
  const far = 20 * 60_000
  const plans: [rule: string, files: StoredFile[], join: string[] | undefined, against: string[]][] = [
    ['nothing to do without files', [], undefined, []],
    ['nor with joined ones alone', [file('joined-a', 3, 0), file('joined-b', 3, 0)], undefined, []],
    ['fresh ones come by time', [file('b', 1, 5), file('a', 1, 9)], ['b', 'a'], []],
    [
      'the smallest joined one is taken in',
      [file('joined-a', 9, 0), file('joined-b', 3, 0), file('c', 1, 0)],
      ['c', 'joined-b'],
      ['joined-a'],
    ],
    ['unless it is full', [file('joined-a', 12, 0), file('c', 1, 0)], ['c'], ['joined-a']],
    ['what is far off in time has no copies', [file('joined-a', 12, 0), file('c', 1, far)], ['c'], []],
    ['no more rows than a file may have', [file('a', 7, 0), file('b', 7, 1)], ['a'], []],
  ]
  test.each(plans)('%s', (_rule, files, join, against) => {
    const names = (its: StoredFile[] | undefined) => its?.map(({ key }) => /([\w-]+)\.parquet/.exec(key)![1]!)
    const step = planStep(files, limits)
    expect([names(step?.join), names(step?.against) ?? []]).toEqual([join, against])
  })
})

/** What happens to an hour: rows come, some of them again, and compaction is cut off at one of its requests. */
type Happening = { put: number[] } | { cutOffAfter: number }

test('LA2, LA3 whatever cuts compaction off, and whatever comes late or again, no row is lost, and in the end each is there once', async () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 })
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    fc.record({ put: numbers }),
    fc.record({ cutOffAfter: fc.integer({ min: 0, max: 14 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async (happenings) => {
      let left = Number.POSITIVE_INFINITY
      const store = memoryStore(() => {
        if (left-- <= 0) throw new Error('cut off')
      })
      const put_ = new Set<number>()
      const queue = [...happenings]
      for (let next = queue.shift(); next; next = queue.shift()) {
        if ('put' in next) {
          await put(store, next.put)
          for (const n of next.put) put_.add(n)
        } else {
          left = next.cutOffAfter
          await compact(store).catch((error: Error) => expect(error.message).toBe('cut off'))
          left = Number.POSITIVE_INFINITY
        }
        // At no time is a row missing.
        expect(new Set(await rowsOf(store))).toEqual(put_)
      }
      const ofLast = [...put_].slice(0, 1)
      if (ofLast.length > 0) await put(store, ofLast)
      await compact(store)
      if ((await store.list('')).length !== 1) expect(await rowsOf(store)).toEqual([...put_].sort((a, b) => a - b))
      expect(new Set(await rowsOf(store))).toEqual(put_)
    }),
    { numRuns: 150, seed: 7 },
  )
}, 60_000)
