import type { AsyncStorage2, AsyncStorage3, Mmkv } from '../host.ts'

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** AsyncStorage 3 in memory: the same Map is the same phone. */
export const asyncStorage3 = (phone: Map<string, string>): AsyncStorage3 => ({
  async getAllKeys() {
    await later()
    return [...phone.keys()]
  },
  async getMany(keys) {
    await later()
    return Object.fromEntries(keys.map((key) => [key, phone.get(key) ?? null]))
  },
  async setMany(entries) {
    await later()
    for (const [key, value] of Object.entries(entries)) phone.set(key, value)
  },
  async removeMany(keys) {
    await later()
    for (const key of keys) phone.delete(key)
  },
})

export const asyncStorage2 = (phone: Map<string, string>): AsyncStorage2 => {
  const storage = asyncStorage3(phone)
  return {
    getAllKeys: storage.getAllKeys,
    multiGet: async (keys) => Object.entries(await storage.getMany([...keys])),
    multiSet: (entries) => storage.setMany(Object.fromEntries(entries)),
    multiRemove: (keys) => storage.removeMany([...keys]),
  }
}

export const mmkv = (phone: Map<string, string>): Mmkv => ({
  getAllKeys: () => [...phone.keys()],
  getString: (key) => phone.get(key),
  set: (key, value) => void phone.set(key, value),
  remove: (key) => phone.delete(key),
})

export const mmkv3 = (phone: Map<string, string>): Mmkv => ({
  getAllKeys: () => [...phone.keys()],
  getString: (key) => phone.get(key),
  set: (key, value) => void phone.set(key, value),
  delete: (key) => phone.delete(key),
})
