import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AsyncStorage2, createClient, type Host, type Storage } from '../../../packages/react-native/src/client.ts'
import { keyValuesOf } from '../../../packages/react-native/src/store/key-values.ts'
import { createStore } from '../../../packages/react-native/src/store/store.ts'
import { storeContract } from '../../../packages/sdk/src/testing/store-contract.ts'

// What these packages publish for tests is written for Jest, of which they use one function.
vi.stubGlobal('jest', vi)
const load = createRequire(import.meta.url)
const asyncStorage = load('@react-native-async-storage/async-storage/jest/async-storage-mock') as AsyncStorage2 & {
  clear(): Promise<void>
}
const NetInfo = load('@react-native-community/netinfo/jest/netinfo-mock') as NonNullable<Host['NetInfo']>
const { createMockMMKV } = (await import(
  '../node_modules/react-native-mmkv/lib/createMMKV/createMockMMKV.js' as string
)) as { createMockMMKV(): Storage }

beforeEach(() => asyncStorage.clear())
afterEach(() => void vi.unstubAllGlobals())

const storages: [what: string, make: () => Storage][] = [
  ['AsyncStorage 2.2', () => asyncStorage],
  ['MMKV 4.3', createMockMMKV],
]

describe.each(storages)('the contract of stores, on the mock that its package publishes: %s', (_what, make) => {
  test.each(storeContract)('%s', async (_rule, check) => {
    await asyncStorage.clear()
    await check(() => createStore(keyValuesOf(make()), 'wk'))
  })
})

describe.each(storages)('the client, with NetInfo’s mock, on %s', (_what, make) => {
  test('what is tracked offline is kept, and sent by the next start', async () => {
    const storage = make()
    const events: string[] = []
    let isOnline = false
    const fetch = (async (_url: string, { body }: { body: string }) => {
      if (!isOnline) throw new TypeError('Network request failed')
      const { batch } = JSON.parse(body) as { batch: { event: string }[] }
      events.push(...batch.map(({ event }) => event))
      return { status: 200, headers: { get: () => null }, json: async () => ({}) }
    }) as unknown as typeof globalThis.fetch
    const start = () =>
      createClient(
        { writeKey: 'wk', collector: 'https://data.example', consent: { policy: 'opt-out' } },
        { storage, NetInfo, fetch },
      )
    const first = start()
    first.track('Kept')
    await first.flush()
    first.stop()
    isOnline = true
    const second = start()
    await second.flush()
    second.stop()
    expect(events).toEqual(['Kept'])
    expect(NetInfo.addEventListener).toHaveBeenCalled()
  })
})
