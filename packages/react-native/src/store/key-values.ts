import type { AsyncStorage2, AsyncStorage3, Mmkv, Storage } from '../host.ts'

/** What the client's store needs of an app's storage, whichever it is. */
export interface KeyValues {
  keys(): Promise<readonly string[]>
  get(keys: string[]): Promise<[key: string, value: string][]>
  set(entries: [key: string, value: string][]): Promise<unknown>
  remove(keys: string[]): Promise<unknown>
}

const present = (entries: readonly (readonly [string, string | null | undefined])[]): [string, string][] =>
  entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')

const ofVersion3 = (storage: AsyncStorage3): KeyValues => ({
  keys: () => storage.getAllKeys(),
  get: async (keys) => present(Object.entries(await storage.getMany(keys))),
  set: (entries) => storage.setMany(Object.fromEntries(entries)),
  remove: (keys) => storage.removeMany(keys),
})

const ofVersion2 = (storage: AsyncStorage2): KeyValues => ({
  keys: () => storage.getAllKeys(),
  get: async (keys) => present(await storage.multiGet(keys)),
  set: (entries) => storage.multiSet(entries),
  remove: (keys) => storage.multiRemove(keys),
})

const ofMmkv = (storage: Mmkv): KeyValues => ({
  keys: async () => storage.getAllKeys(),
  get: async (keys) => present(keys.map((key) => [key, storage.getString(key)])),
  async set(entries) {
    for (const [key, value] of entries) storage.set(key, value)
  },
  async remove(keys) {
    for (const key of keys) {
      if (storage.remove) storage.remove(key)
      else storage.delete?.(key)
    }
  },
})

/** @throws TypeError for what is none of the storages that the client knows */
export const keyValuesOf = (storage: Storage): KeyValues => {
  if ('setMany' in storage) return ofVersion3(storage)
  if ('multiSet' in storage) return ofVersion2(storage)
  if ('getString' in storage) return ofMmkv(storage)
  throw new TypeError('storage must be AsyncStorage or an instance of MMKV: pass the one that your app has')
}
