import type { Store } from '../ports.ts'

const expect = (actual: unknown, wanted: unknown): void => {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (a !== w) throw new Error(`expected ${w}, got ${a}`)
}

/**
 * What every `Store` has to keep, as checks that throw: they need no test library, so a browser can run them too.
 *
 * @param open gives a store that does not exist yet
 */
export const storeContract: [rule: string, check: (open: () => Store) => Promise<void>][] = [
  [
    'CO5 a store that was only made does not exist, and neither asking nor clearing creates it',
    async (open) => {
      const store = open()
      expect(await store.exists(), false)
      await store.clear()
      expect(await store.exists(), false)
    },
  ],
  [
    'QU1 what was put is read, by key ascending, and the store exists',
    async (open) => {
      const store = open()
      await store.put([
        ['b', '2'],
        ['a', '1'],
      ])
      await store.put([['c', '3']])
      expect(await store.read(), [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ])
      expect(await store.exists(), true)
    },
  ],
  [
    'a key that is put again has its last value',
    async (open) => {
      const store = open()
      await store.put([['a', '1']])
      await store.put([['a', 'é']])
      expect(await store.read(), [['a', 'é']])
    },
  ],
  [
    'QU1 rows are removed by key; keys that are not there are no error',
    async (open) => {
      const store = open()
      await store.put([
        ['a', '1'],
        ['b', '2'],
      ])
      await store.remove(['a', 'x'])
      expect(await store.read(), [['b', '2']])
    },
  ],
  [
    'calls take effect in the order they are made, awaited or not',
    async (open) => {
      const store = open()
      const all = [store.put([['a', '1']]), store.remove(['a']), store.put([['b', '2']]), store.read()]
      expect((await Promise.all(all))[3], [['b', '2']])
    },
  ],
  [
    'CO5 cleared, it is empty and takes rows again',
    async (open) => {
      const store = open()
      await store.put([['a', '1']])
      await store.clear()
      expect(await store.read(), [])
      await store.put([['b', '2']])
      expect(await store.read(), [['b', '2']])
    },
  ],
  [
    'a thousand rows are kept in one call',
    async (open) => {
      const store = open()
      await store.put(Array.from({ length: 1_000 }, (_, index) => [String(index).padStart(4, '0'), 'x'.repeat(500)]))
      expect((await store.read()).length, 1_000)
    },
  ],
]
