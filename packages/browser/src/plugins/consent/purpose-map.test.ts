import { expect, test } from 'vitest'
import { readPurposeMap } from './purpose-map.ts'

test.each([
  [
    'analytics=1,8 marketing=2',
    [
      ['analytics', ['1', '8']],
      ['marketing', ['2']],
    ],
  ],
  [
    '  analytics=1,\n  marketing=2,,3 ',
    [
      ['analytics', ['1']],
      ['marketing', ['2', '3']],
    ],
  ],
  // nothing would be ALL of nothing: these are never granted
  ['analytics marketing=', []],
  ['', []],
])('%j', (text, map) => {
  expect(readPurposeMap(text)).toEqual(map)
})
