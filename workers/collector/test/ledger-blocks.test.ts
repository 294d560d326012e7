import { runInDurableObject } from 'cloudflare:test'
import type { LedgerAppend } from '@spartito/engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blocksPerFragment, createLedgerBlocks } from '../src/visitor/ledger-blocks.ts'
import { openStateEntry } from '../src/visitor/state-entry.ts'
import { blocksIn, fresh, type LinesBlock, stubOf } from './setup.ts'

/** Runs with the storage of an object that nobody else uses. */
const withStorage = (use: (storage: DurableObjectStorage) => void): Promise<void> =>
  runInDurableObject(stubOf('anonymous_id', fresh('row')), (_visitor, { storage }) => use(storage))

const history = fc.array(
  fc.record({
    appends: fc.array(fc.record({ fragment: fc.integer({ min: 1, max: 3 }), isFull: fc.boolean() }), { maxLength: 4 }),
    isReadAgain: fc.boolean(),
  }),
  { maxLength: 30 },
)

/** Lines that share their ends, as events do; some cannot be packed. */
const linesAt = (n: number): string =>
  n % 7 === 6 ? `l${n}` : `${n}\t{"messageId":"${n}","event":"Product Viewed"}\n`.repeat(1 + (n % 2))

const isOfThree = (fragment: number): boolean => fragment === 3

describe('the open block', () => {
  test('blocks are what was appended to them, whichever of them is open and however often the object was put away', async () => {
    await fc.assert(
      fc.asyncProperty(history, (commits) =>
        withStorage((storage) => {
          const entry = openStateEntry(storage)
          let ledger = createLedgerBlocks(storage.sql)
          const expected = new Map<number, LinesBlock>()
          const blocks = new Map<number, number>()
          let made = 0
          for (const { appends, isReadAgain } of commits) {
            const planned = appends.map(({ fragment, isFull }): LedgerAppend => {
              const before = blocks.get(fragment)
              const isNew = isFull || before === undefined
              const block = isNew ? (before ?? 0) + 1 : before
              blocks.set(fragment, block)
              const [hashes, lines] = [`h${made}`, linesAt(made++)]
              const id = fragment * blocksPerFragment + block
              const its = expected.get(id)
              expected.set(id, { id, hashes: (its?.hashes ?? '') + hashes, lines: (its?.lines ?? '') + lines })
              return { fragment, block, isNew, hashes, lines }
            })
            if (isReadAgain) {
              ledger = createLedgerBlocks(storage.sql)
              ledger.load(entry.read()?.open ?? null)
            }
            ledger.append(planned, isOfThree)
            entry.write({ body: '{}', outbox: null, open: ledger.open() })
            const all = [...expected.values()].sort((a, b) => a.id - b.id)
            expect(blocksIn(storage)).toEqual(all)
            expect([...ledger.oldest(0)].map(({ id }) => id)).toEqual(all.map(({ id }) => id))
            expect([...ledger.hashes()].sort()).toEqual(all.map(({ hashes }) => hashes).sort())
            for (const fragment of [1, 2, 3]) {
              const its = all.filter(({ id }) => Math.floor(id / blocksPerFragment) === fragment)
              expect([...ledger.newest(fragment)].map(({ lines }) => lines)).toEqual(
                its.map(({ lines }) => lines).reverse(),
              )
            }
          }
          ledger.forget(made % 2 === 0 ? 'ledger' : [1, 2, 3])
          entry.write({ body: '{}', outbox: null, open: ledger.open() })
          expect(blocksIn(storage)).toEqual([])
        }),
      ),
      { seed: 20_261_121, numRuns: 100 },
    )
  })

  test('PR3 rows of before, which hold their lines as they were, are read and added to; a new one is packed', () =>
    withStorage((storage) => {
      const { sql } = storage
      const [before, packed] = [1, 2].map((fragment) => fragment * blocksPerFragment + 1) as [number, number]
      const own = (fragment: number, n: number, isNew: boolean): LedgerAppend => ({
        fragment,
        block: 1,
        isNew,
        hashes: `h${n}`,
        lines: `${n}\t{"messageId":"${n}","event":"Product Viewed"}\n`,
      })
      const ledger = createLedgerBlocks(sql)
      ledger.load(null)
      ledger.append([own(2, 0, true)], () => true)
      sql.exec('INSERT INTO ledger VALUES (?, ?, ?)', before, 'h1', own(1, 1, true).lines)
      ledger.append([own(1, 2, false), own(2, 3, false)], () => true)
      expect([...ledger.oldest(0)]).toEqual([
        { id: before, lines: own(1, 1, true).lines + own(1, 2, true).lines },
        { id: packed, lines: own(2, 0, true).lines + own(2, 3, true).lines },
      ])
      const sizes = sql
        .exec('SELECT length(lines) AS size FROM ledger ORDER BY id')
        .toArray()
        .map(({ size }) => size)
      expect(sizes).toEqual([90, 68])
    }))

  /** Rows that appends take beside the state's. */
  const costsOf = (commits: LedgerAppend[][], isHistory: (fragment: number) => boolean): Promise<number[]> =>
    runInDurableObject(stubOf('anonymous_id', fresh('row')), (_visitor, { storage: { sql } }) => {
      const ledger = createLedgerBlocks(sql)
      const total = (): number => sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n
      return commits.map((appends) => {
        const before = total()
        ledger.append(appends, isHistory)
        return total() - before
      })
    })
  const append = (fragment: number, isNew: boolean, block = 1): LedgerAppend => ({
    fragment,
    block,
    isNew,
    hashes: 'h',
    lines: 'l',
  })

  test('takes no row of its own, also while another fragment takes events now and then', async () => {
    const commits = [[append(1, true)], [append(1, false)], [append(2, true)], [append(2, false)], [append(1, false)]]
    const [first, second, ...others] = await costsOf(commits, () => false)
    expect([first, second]).toEqual([0, 0])
    // The third makes the table as well.
    expect(others.slice(1)).toEqual([0, 1])
  })

  test('stays open while the past of another profile is adopted', async () => {
    const commits = [[append(1, true)], [append(3, true)], [append(1, false)], [append(3, true, 2)], [append(1, false)]]
    const costs = await costsOf(commits, isOfThree)
    expect([costs[0], costs[2], costs[3], costs[4]]).toEqual([0, 0, 1, 0])
  })
})
