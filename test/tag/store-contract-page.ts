/** Runs in a page: the contract of stores on what the browser itself keeps. Bundled by its test. */
import { createStore as openDatabase } from 'idb-keyval'
import { createLocalStorageStore } from '../../packages/browser/src/local-storage-store.ts'
import { createStore } from '../../packages/browser/src/store.ts'
import type { Store } from '../../packages/sdk/src/ports.ts'
import { storeContract } from '../../packages/sdk/src/testing/store-contract.ts'

export type StoreKind = 'IndexedDB' | 'localStorage'

let made = 0
/** Stores that do not exist yet. */
const openers: Record<StoreKind, () => Store> = {
  IndexedDB: () => {
    const name = `contract-${++made}`
    return createStore(name, openDatabase(name, 'rows'))
  },
  localStorage: () => createLocalStorageStore(`contract-${++made}`),
}

/** @throws Error that says what the store did instead */
const checkStore = async (kind: StoreKind, rule: string): Promise<void> => {
  const check = storeContract.find(([name]) => name === rule)![1]
  await check(openers[kind])
}

declare global {
  interface Window {
    checkStore: typeof checkStore
    createLocalStorageStore: typeof createLocalStorageStore
  }
}
Object.assign(window, { checkStore, createLocalStorageStore })
