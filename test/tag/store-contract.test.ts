import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeContract } from '../../packages/sdk/src/testing/store-contract.ts'
import { launchChromium } from '../e2e/chromium.ts'
import { type Site, startSite } from './site.ts'
import type { StoreKind } from './store-contract-page.ts'

let site: Site
let browser: Browser
let page: Page

beforeAll(async () => {
  const entryPoints = [fileURLToPath(new URL('store-contract-page.ts', import.meta.url))]
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'iife', target: 'es2022' })
  site = await startSite({
    '/': { html: `<!doctype html><title>stores</title><script>${outputFiles[0]!.text}</script>` },
  })
  browser = await launchChromium()
  page = await browser.newPage()
  await page.goto(site.origin)
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
})

describe.each<StoreKind>(['IndexedDB', 'localStorage'])("the store's contract, in Chromium, on %s", (kind) => {
  test.each(storeContract)('%s', (rule) =>
    page.evaluate(([on, what]) => window.checkStore(on, what), [kind, rule] as const),
  )
})

describe('localStorage', () => {
  test('QU1 what is too large for it is refused whole, and what was there stays', async () => {
    const found = await page.evaluate(async () => {
      const store = window.createLocalStorageStore('full')
      await store.put([['a', 'kept']])
      const tooLarge = 'x'.repeat(3_000_000)
      const isRefused = await store
        .put([
          ['a', 'changed'],
          ['b', tooLarge],
          ['c', tooLarge],
        ])
        .then(
          () => false,
          () => true,
        )
      return { isRefused, rows: await store.read() }
    })
    expect(found).toEqual({ isRefused: true, rows: [['a', 'kept']] })
  })

  test('queues of different names never mix', async () => {
    const rows = await page.evaluate(async () => {
      const [one, other] = [window.createLocalStorageStore('one'), window.createLocalStorageStore('one/two')]
      await other.put([['b', '2']])
      await one.put([['a', '1']])
      await one.clear()
      return other.read()
    })
    expect(rows).toEqual([['b', '2']])
  })
})
