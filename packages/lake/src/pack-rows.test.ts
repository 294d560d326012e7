import { utf8Bytes } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { maxLakeMessageBytes } from './message.ts'
import { packRows } from './pack-rows.ts'

const row = (bytes: number, letter = 'x') => ({ json: letter.repeat(bytes / utf8Bytes(letter)) })

const packs: [rule: string, rows: { json: string }[], sizes: number[]][] = [
  ['nothing is no pack', [], []],
  ['what fits a message is one', Array.from({ length: 3 }, () => row(32_000)), [3]],
  ['what does not is more', Array.from({ length: 7 }, () => row(32_000)), [3, 3, 1]],
  [
    'bytes count, and not letters',
    Array.from({ length: 4 }, () => row(32_000, '€').json).map((json) => ({ json })),
    [3, 1],
  ],
  ['what is too large alone is alone', [row(10), row(120_000), row(10)], [1, 1, 1]],
]
test.each(packs)('LA1 %s', (_rule, rows, sizes) => {
  const packed = packRows(rows)
  expect(packed.map((pack) => pack.length)).toEqual(sizes)
  expect(packed.flat()).toEqual(rows)
  for (const pack of packed.filter(({ length }) => length > 1))
    expect(utf8Bytes(pack.map(({ json }) => json).join())).toBeLessThan(maxLakeMessageBytes)
})
