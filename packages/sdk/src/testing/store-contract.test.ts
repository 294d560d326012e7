import { test } from 'vitest'
import { createMemoryStore } from './memory-store.ts'
import { storeContract } from './store-contract.ts'

test.each(storeContract)('memory: %s', (_rule, check) => check(createMemoryStore))
