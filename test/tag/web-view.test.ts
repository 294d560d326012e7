import { readFileSync } from 'node:fs'
import type { Client } from '@spartito/sdk'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { type Site, startSite } from './site.ts'
import { pageOf, tagElement } from './stage.ts'
import { type App, type AppOptions, startApp } from './start-app.ts'

declare global {
  interface Window {
    shop: Client
    heard: string[]
  }
}

let folder: Awaited<ReturnType<typeof makeTempFolder>>
let spartito: Spartito
let site: Site
let browser: Browser
const apps: App[] = []

const dist = (file: string): string =>
  readFileSync(new URL(`../../packages/browser/dist/${file}`, import.meta.url), 'utf8')

beforeAll(async () => {
  folder = await makeTempFolder('web-view')
  ;[spartito, browser] = await Promise.all([startSpartito({ folder: folder.path }), launchChromium()])
  await spartito.admin.publish({
    sources: [{ id: 'app', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    purposes: ['analytics'],
    audiences: [{ id: 'buyers', expose: true, when: { event: 'Order Completed' } }],
  })
  const npm = (collector: string): string =>
    `<script type="module">const { createClient } = await import('data:text/javascript,${encodeURIComponent(dist('in-app.js'))}')
      window.shop = createClient({ writeKey: '${keys.browser}', collector: '${collector}', consent: { policy: 'opt-out' } })
      window.shop.track('Bundled')</script>`
  site = await startSite({
    '/tag': {
      html: pageOf(tagElement(spartito.collector), '<script>dataLayer = [{ event: "Pushed Early" }]</script>'),
    },
    '/npm': { html: pageOf(npm(spartito.collector)) },
    '/bare': { html: pageOf('') },
  })
})
afterEach(async () => {
  for (const app of apps.splice(0)) await app.end()
})
afterAll(async () => {
  await browser?.close()
  await site?.stop()
  await spartito?.runtime.stop()
  await folder?.remove()
})

const open = async (path: string, options: Partial<AppOptions> = {}): Promise<App> => {
  const { collector } = spartito
  const app = await startApp(browser, { collector, writeKey: keys.browser, origins: [site.origin], ...options })
  apps.push(app)
  await app.page.goto(`${site.origin}${path}`)
  return app
}

const profileOf = async (app: App) => spartito.admin.profile({ type: 'anonymous_id', value: await app.anonymousId() })

const eventsOf = async (app: App): Promise<Record<string, number>> =>
  Object.fromEntries(Object.entries((await profileOf(app))?.events ?? {}).map(([name, { count }]) => [name, count]))

/** What the page has put on the device, and what it has sent. */
const traces = async ({ page, context, requests }: App) => ({
  cookies: await context.cookies(),
  local: await page.evaluate(() => Object.keys(localStorage)),
  databases: await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)),
  sent: requests.filter((request) => request.startsWith('POST')),
})
const noTraces = { cookies: [], local: [], databases: [], sent: [] }

describe('QU5 a page with the tag, inside an app', () => {
  test('its events are the app’s: one visitor, and the page keeps and sends nothing', async () => {
    const app = await open('/tag')
    app.client.screen('Cart')
    await app.page.evaluate(() => window.spartito!.track!('Product Viewed', { sku: 'p1' }))
    await app.page.evaluate(() => void history.pushState({}, '', '/tag/two'))
    await expect.poll(() => eventsOf(app)).toEqual({ page: 2, screen: 1, 'Pushed Early': 1, 'Product Viewed': 1 })
    const viewed = (await profileOf(app))!.recent.find(({ event }) => event === 'Product Viewed')!
    expect(viewed.context).toMatchObject({
      library: { name: '@spartito/react-native' },
      page: { url: `${site.origin}/tag`, title: 'a page' },
    })
    expect(await traces(app)).toEqual(noTraces)
    expect(app.errors).toEqual([])
  })

  test('who signs in on it has signed in to the app, and signs out of both', async () => {
    const app = await open('/tag')
    await app.page.evaluate(() => window.spartito!.identify!('user-7', { plan: 'pro' }))
    await expect.poll(async () => (await profileOf(app))?.host).toEqual({ type: 'user_id', value: 'user-7' })
    app.client.track('Order Completed')
    await expect.poll(() => eventsOf(app)).toMatchObject({ 'Order Completed': 1 })
    const before = await app.anonymousId()
    await app.page.evaluate(() => window.spartito!.reset!())
    await expect.poll(() => app.anonymousId()).not.toBe(before)
  })

  test('CO5 the app’s consent is the page’s, and a choice in the page is the app’s', async () => {
    const app = await open('/tag', { policy: 'opt-in' })
    await app.page.evaluate(() => window.spartito!.track!('Held'))
    await app.page.waitForTimeout(500)
    expect(app.kept.size).toBe(0)
    await app.page.evaluate(() => window.spartito!.consent!({ analytics: true }))
    await expect.poll(() => eventsOf(app)).toMatchObject({ page: 1, Held: 1 })
    expect(app.client.consent()).toEqual({ analytics: true })
    app.client.consent({ analytics: false })
    await expect.poll(() => app.page.evaluate(() => window.spartito!.consent!())).toEqual({ analytics: false })
    expect(await traces(app)).toEqual(noTraces)
  })

  test('it hears the app’s audiences, at once and as they change', async () => {
    const app = await open('/tag')
    await app.page.evaluate(() => {
      window.heard = []
      window.spartito!.on!('audiences', (ids) => void window.heard.push(`${ids}`))
    })
    app.client.track('Order Completed')
    await expect.poll(() => app.page.evaluate(() => window.heard)).toEqual(['', 'buyers'])
    await app.page.reload()
    await expect.poll(() => app.page.evaluate(() => window.spartito!.audiences!())).toEqual(['buyers'])
  })

  test('where the app’s script is late, the tag hands over, and runs no more', async () => {
    const app = await open('/tag', { script: 'late' })
    await expect.poll(() => app.page.evaluate(() => !!window.spartitoApp)).toBe(true)
    await app.page.evaluate(() => window.spartito!.track!('Handed Over'))
    await expect.poll(() => eventsOf(app)).toMatchObject({ 'Handed Over': 1 })
    expect(app.errors).toEqual([])
  })
})

describe('QU5 a page of somebody else, inside an app', () => {
  test('it has no client of the app, and what it posts is not heard', async () => {
    const app = await open('/bare', { origins: ['https://shop.example'] })
    expect(await app.page.evaluate(() => [typeof window.spartito, typeof window.spartitoApp])).toEqual(
      Array(2).fill('undefined'),
    )
    await app.page.evaluate(() =>
      window.ReactNativeWebView!.postMessage(JSON.stringify({ spartito: 1, page: {}, call: ['identify', 'somebody'] })),
    )
    app.client.track('Own')
    await expect.poll(() => eventsOf(app)).toEqual({ Own: 1 })
    expect((await profileOf(app))!.host.type).toBe('anonymous_id')
  })

  test('nor is a frame of somebody else in a page of the app’s', async () => {
    const app = await open('/bare')
    const foreign = site.origin.replace('127.0.0.1', 'localhost')
    await app.page.setContent(`<iframe src="${foreign}/bare"></iframe>`)
    const frame = await app.page.waitForSelector('iframe').then((element) => element.contentFrame())
    await frame!.waitForLoadState()
    await frame!.evaluate(() =>
      window.ReactNativeWebView!.postMessage(JSON.stringify({ spartito: 1, page: {}, call: ['identify', 'somebody'] })),
    )
    app.client.track('Own')
    await expect.poll(() => eventsOf(app)).toMatchObject({ Own: 1 })
    expect((await profileOf(app))!.host.type).toBe('anonymous_id')
  })
})

describe('QU5 the npm entry for pages that are shown in an app too', () => {
  test.each<[script: AppOptions['script'], what: string]>([
    ['early', 'with the app’s script'],
    ['none', 'without it, since the app answers'],
  ])('%s: %s, its events are the app’s', async (script) => {
    const app = await open('/npm', { script: script! })
    await expect.poll(() => eventsOf(app)).toEqual({ page: 1, Bundled: 1 })
    expect(await traces(app)).toEqual(noTraces)
    expect(app.errors).toEqual([])
  })

  test('in an app that does not answer it is a client like any other', async () => {
    const app = await open('/npm', { script: 'deaf' })
    await expect.poll(async () => (await traces(app)).sent).toContain('POST /v1/batch')
    const own = await app.page.evaluate(
      () => (JSON.parse(localStorage.spartito) as { anonymousId: string }).anonymousId,
    )
    await expect
      .poll(async () =>
        Object.keys((await spartito.admin.profile({ type: 'anonymous_id', value: own }))?.events ?? {}).sort(),
      )
      .toEqual(['Bundled', 'page'])
  })
})
