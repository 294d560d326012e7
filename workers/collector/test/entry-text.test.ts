import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockText, partEnd } from '../src/visitor/block-text.ts'
import { formatEntry, parseEntry } from '../src/visitor/entry-text.ts'
import { createLedgerBlocks } from '../src/visitor/ledger-blocks.ts'
import { noLines, packLines } from '../src/visitor/packed-lines.ts'
import type { StateEntry } from '../src/visitor/state-entry.ts'

const json = fc.jsonValue().map((value) => JSON.stringify(value))
const line = fc.tuple(fc.nat(), json).map(([commit, event]) => `${commit}\t${event}\n`)
const hashes = fc.array(fc.stringMatching(/^[0-9a-z]{11}$/)).map((all) => all.join(''))

const entries: fc.Arbitrary<StateEntry> = fc.record({
  body: json,
  outbox: fc.option(fc.array(fc.jsonValue(), { minLength: 1 }).map((value) => JSON.stringify(value))),
  open: fc.option(fc.record({ id: fc.nat(), hashes, text: fc.array(line).map((all) => blockText(all.join(''))) })),
})

describe('the text of an entry', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(parseEntry(formatEntry(entry)!)).toEqual(entry)
      }),
    )
  })

  test('of a visitor who goes on keeps its length, and begins as it did up to the line that is added: SQLite then writes one page or two', () => {
    const event = (n: number) =>
      JSON.stringify({
        messageId: `${n}`.repeat(60),
        receivedAt: 1_795_386_142_087 + n,
        context: { userAgent: 'x'.repeat(900) },
      })
    let pack = noLines
    let before = ''
    let lengths = 0
    for (let n = 1; n <= 40; n++) {
      const { packed } = pack
      pack = packLines(pack, `${n}\t${event(n)}\n`)
      const hashes = '0123456789a'.repeat(n)
      const text = formatEntry({
        body: `{"commit":${n},"memory":"${'x'.repeat(1_500)}"}`,
        outbox: null,
        open: { id: 1, hashes, text: pack },
      })!
      if (text.length !== before.length) lengths++
      else expect(text.startsWith(before.slice(0, packed.length))).toBe(true)
      // All but the first page, and all of that but what belongs to it anyway, is whole pages of overflow.
      expect((text.length - 950) % 4_092).toBe(0)
      before = text
    }
    expect(lengths).toBe(2)
  })

  test('is not made of what it could not be read from', () => {
    const withStorage = { exec: () => ({ toArray: () => [] }) } as unknown as SqlStorage
    for (const lines of ['no end of a line', `a${partEnd}b\n`]) {
      const ledger = createLedgerBlocks(withStorage)
      ledger.append([{ fragment: 1, block: 1, isNew: true, hashes: 'h', lines }], () => false)
      expect(formatEntry({ body: '{}', outbox: null, open: ledger.open() })).toBeUndefined()
    }
  })

  test('that is another’s is refused', () => {
    expect(() => parseEntry('{"commit":1}')).toThrow('it is not what this version writes')
  })
})
