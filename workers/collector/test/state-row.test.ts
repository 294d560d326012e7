import { runInDurableObject } from 'cloudflare:test'
import type { LedgerAppend } from '@spartito/engine'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allBlocks, blocksPerFragment, createStateRow, stateTable } from '../src/visitor/state-row.ts'
import { fresh, stubOf } from './setup.ts'

/** Runs with the storage of an object that nobody else uses. */
const withStorage = (use: (sql: SqlStorage) => void): Promise<void> =>
  runInDurableObject(stubOf('anonymous_id', fresh('row')), (_visitor, { storage: { sql } }) => {
    sql.exec(`CREATE TABLE ${stateTable};
      CREATE TABLE ledger (id INTEGER PRIMARY KEY, hashes TEXT NOT NULL, lines TEXT NOT NULL)`)
    use(sql)
  })

const blocksIn = (sql: SqlStorage) =>
  sql.exec<{ id: number; hashes: string; lines: string }>(`SELECT * FROM ${allBlocks} ORDER BY id`).toArray()

const history = fc.array(
  fc.record({
    appends: fc.array(fc.record({ fragment: fc.integer({ min: 1, max: 3 }), isFull: fc.boolean() }), { maxLength: 4 }),
    isReadAgain: fc.boolean(),
  }),
  { maxLength: 30 },
)

describe('the open block', () => {
  test('blocks are what was appended to them, whichever of them is open and however often the object was put away', async () => {
    await fc.assert(
      fc.asyncProperty(history, (commits) =>
        withStorage((sql) => {
          let row = createStateRow(sql)
          const expected = new Map<number, { id: number; hashes: string; lines: string }>()
          const blocks = new Map<number, number>()
          let made = 0
          for (const { appends, isReadAgain } of commits) {
            const planned = appends.map(({ fragment, isFull }): LedgerAppend => {
              const before = blocks.get(fragment)
              const isNew = isFull || before === undefined
              const block = isNew ? (before ?? -1) + 1 : before
              blocks.set(fragment, block)
              const [hashes, lines] = [`h${made}`, `l${made++}`]
              const id = fragment * blocksPerFragment + block
              const its = expected.get(id)
              expected.set(id, { id, hashes: (its?.hashes ?? '') + hashes, lines: (its?.lines ?? '') + lines })
              return { fragment, block, isNew, hashes, lines }
            })
            if (isReadAgain) {
              row = createStateRow(sql)
              row.read()
            }
            row.write(`{"made":${made}}`, planned, `[${made}]`)
            expect(blocksIn(sql)).toEqual([...expected.values()].sort((a, b) => a.id - b.id))
            expect(row.read()).toMatchObject({ body: `{"made":${made}}`, outbox: `[${made}]` })
          }
          row.forget(made % 2 === 0 ? 'ledger' : [1, 2, 3])
          expect(blocksIn(sql)).toEqual([])
          expect(row.read()?.body).toBe(commits.length === 0 ? undefined : `{"made":${made}}`)
        }),
      ),
      { seed: 20_261_121, numRuns: 100 },
    )
  })

  test('is one row with the state, also while another fragment takes events now and then', () =>
    withStorage((sql) => {
      const row = createStateRow(sql)
      const append = (fragment: number, isNew: boolean): LedgerAppend => ({
        fragment,
        block: 0,
        isNew,
        hashes: 'h',
        lines: 'l',
      })
      const total = (): number => sql.exec<{ n: number }>('SELECT total_changes() AS n').one().n
      const rowsOf = (...appends: LedgerAppend[]): number => {
        const before = total()
        row.write('{}', appends, null)
        return total() - before
      }
      const costs = [
        rowsOf(append(1, true)),
        rowsOf(append(1, false)),
        rowsOf(append(2, true)),
        rowsOf(append(2, false)),
        rowsOf(append(1, false)),
        rowsOf(),
      ]
      expect(costs).toEqual([1, 1, 2, 1, 2, 1])
    }))
})
