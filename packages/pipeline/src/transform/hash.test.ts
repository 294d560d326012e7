import type { Json } from '@spartito/protocol'
import { expect, test } from 'vitest'
import { propertiesAfter } from './testing.ts'

const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
const rows: [from: Json, to: unknown][] = [
  ['abc', { p: abc }],
  ['', { p: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' }],
  [42, { p: '73475cb40a568e8da8a045ced110137e159f890ac4da883b6b17dc651b3a8049' }],
  ['ü', { p: '607474ca475a9724d7360aba71a56d5df77e61350e3f724cfa1f46e857e2d85f' }],
  [null, { p: null }],
  [{ a: 'abc' }, 'transform_error'],
  [['abc'], 'transform_error'],
]
test.each(rows)('TR8 %j becomes %j', (from, to) => {
  expect(propertiesAfter({ p: from }, { hash: 'properties.p' })).toEqual(to)
})

test('TR8 each entry', () => {
  expect(propertiesAfter({ l: ['abc', 'abc'] }, { hash: ['properties.l[*]'] })).toEqual({ l: [abc, abc] })
})
