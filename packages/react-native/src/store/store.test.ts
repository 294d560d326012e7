import { storeContract } from '@spartito/sdk/store-contract'
import { describe, expect, test } from 'vitest'
import type { Storage } from '../host.ts'
import { asyncStorage2, asyncStorage3, mmkv, mmkv3 } from '../testing/storages.ts'
import { keyValuesOf } from './key-values.ts'
import { createStore } from './store.ts'

const storages: [what: string, make: (phone: Map<string, string>) => Storage][] = [
  ['AsyncStorage 3', asyncStorage3],
  ['AsyncStorage 2', asyncStorage2],
  ['MMKV 4', mmkv],
  ['MMKV 3', mmkv3],
]

describe.each(storages)('the contract of stores, on %s', (_what, make) => {
  test.each(storeContract)('%s', (_rule, check) => check(() => createStore(keyValuesOf(make(new Map())), 'wk')))

  test('what else the app keeps is left alone, and sources do not mix', async () => {
    const phone = new Map([['theme', 'dark']])
    const [one, two] = ['wk_1', 'wk_2'].map((key) => createStore(keyValuesOf(make(phone)), key))
    await one!.put([['a', '1']])
    await two!.put([['b', '2']])
    expect(await one!.read()).toEqual([['a', '1']])
    await one!.clear()
    expect(await two!.read()).toEqual([['b', '2']])
    await two!.clear()
    expect([...phone]).toEqual([['theme', 'dark']])
  })
})

test('a storage that is none is told', () => {
  expect(() => keyValuesOf({} as Storage)).toThrow('AsyncStorage or an instance of MMKV')
})
