import type { AppClient } from '@spartito/react-native'
import type { Workspace } from '@spartito/workspace'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type {} from '../../packages/browser/src/browser-globals.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { launchChromium } from './chromium.ts'
import { appKey, startApp } from './one-person/phone.ts'
import { type ShopServer, signingKeys, startShopServer } from './one-person/shop-server.ts'

let folder: TempFolder
let spartito: Spartito
let shop: ShopServer
let browser: Browser
let app: AppClient | undefined

const audience = 'owners'

/** Strict: what a client claims about who it is stitches nothing; only what the shop's server vouches for does (SPEC ID11). */
const workspaceWith = (hook: string, site: string): Workspace => ({
  sources: [
    {
      id: 'web',
      kind: 'browser',
      writeKey: keys.browser,
      collect: ['analytics'],
      identityKeys: [signingKeys.web],
      origins: [site],
    },
    { id: 'app', kind: 'browser', writeKey: appKey, collect: ['analytics'], identityKeys: [signingKeys.app] },
    { id: 'shop-server', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
  ],
  purposes: ['analytics'],
  identity: { mode: 'strict' },
  audiences: [
    {
      id: audience,
      expose: true,
      when: { all: [{ event: 'Order Completed' }, { not: { event: 'Order Returned' } }] },
    },
  ],
  destinations: [
    {
      id: 'shop',
      type: 'webhook',
      purposes: ['analytics'],
      audiences: [audience],
      settings: { url: `${hook}/webhooks`, secret: keys.webhook },
    },
  ],
})

beforeAll(async () => {
  folder = await makeTempFolder('e2e-one-person')
  ;[spartito, browser] = await Promise.all([startSpartito({ folder: folder.path }), launchChromium()])
  shop = await startShopServer(spartito.collector, `http://collect.shop.localhost:${spartito.port}`)
  await spartito.admin.publish(workspaceWith(shop.api, shop.site))
  await new Promise((resolve) => setTimeout(resolve, 1_200))
})
afterAll(async () => {
  app?.stop()
  await browser?.close()
  await shop?.stop()
  await spartito?.runtime.stop()
  await folder?.remove()
})

const profileOf = (type: string, value: string) => spartito.admin.profile({ type, value })
const deviceOf = (page: Page): Promise<{ anonymousId: string; audiences?: string[] }> =>
  page.evaluate(() => JSON.parse(localStorage.getItem('spartito') ?? '{}'))

/** What each of the three knows of this person's audiences, asked as each would ask. */
const seenBy = {
  site: async (page: Page): Promise<string[] | undefined> => {
    await page.reload()
    await page.evaluate(() => window.spartito!.flush!())
    return (await deviceOf(page)).audiences
  },
  app: async (): Promise<readonly string[]> => {
    app!.screen('Orders')
    await app!.flush()
    return app!.audiences()
  },
  server: async (userId: string): Promise<string[] | undefined> =>
    (await shop.spartito.profile('user_id', userId))?.audiences,
}

const eachSees = async (page: Page, userId: string, expected: string[]): Promise<void> => {
  await expect.poll(() => seenBy.server(userId)).toEqual(expected)
  await expect.poll(seenBy.app).toEqual(expected)
  await expect.poll(() => seenBy.site(page)).toEqual(expected)
}

test('a visitor browses on the site, buys in the app, returns by the server: one person, whom each of the three sees enter and leave', async () => {
  const userId = `ada-${Date.now()}`
  const context = await browser.newContext()
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))

  // On the site: somebody nobody knows looks at a violin, and signs in.
  await page.goto(shop.site)
  await page.evaluate(() => void window.spartito!.consent!({ analytics: true }))
  await page.evaluate(() => void window.spartito!.track!('Product Viewed', { product_id: 'violin' }))
  await expect.poll(async () => (await deviceOf(page)).anonymousId).toBeDefined()
  const { anonymousId: ofSite } = await deviceOf(page)
  await expect.poll(async () => (await profileOf('anonymous_id', ofSite))?.events['Product Viewed']?.count).toBe(1)
  await context.addCookies([{ name: 'user', value: userId, url: shop.site }])
  await page.reload()
  await expect.poll(async () => (await profileOf('user_id', userId))?.events['Product Viewed']?.count).toBe(1)

  // By a link of the site the app opens, and its code signs in there.
  const link = await page.evaluate(async () => (await fetch('/open-app')).text())
  app = startApp(spartito.collector, link)
  app.consent({ analytics: true })
  const code = new URL(link).searchParams.get('code')
  const signedIn = await fetch(`${shop.api}/app/sign-in?code=${code}`)
  const { userId: inApp, token } = (await signedIn.json()) as { userId: string; token: string }
  expect(inApp).toBe(userId)
  app.identify(userId, {}, { token })
  app.track('Order Completed', { order_id: 'o1', revenue: 900, currency: 'EUR' })
  await app.flush()

  await eachSees(page, userId, [audience])
  await expect.poll(() => shop.heard.map(({ type }) => type)).toEqual(['audience.entered'])

  // One profile, whatever it is asked by, with what came by each of the three.
  const profile = (await profileOf('user_id', userId))!
  const devices = profile.identifiers.filter(({ type }) => type === 'anonymous_id').map(({ value }) => value)
  expect(devices).toHaveLength(2)
  expect(devices).toContain(ofSite)
  for (const device of devices) expect((await profileOf('anonymous_id', device))!.profileId).toBe(profile.profileId)
  expect(profile.events).toMatchObject({
    'Product Viewed': { count: 1 },
    'Deep Link Opened': { count: 1 },
    'Order Completed': { count: 1 },
  })

  // It goes back by the shop's server, which hears of what it has caused.
  await fetch(`${shop.api}/returns?user=${userId}&order=o1`)
  await eachSees(page, userId, [])
  await expect.poll(() => shop.heard.map(({ type }) => type)).toEqual(['audience.entered', 'audience.exited'])
  expect(shop.heard.map(({ profileId }) => profileId)).toEqual([profile.profileId, profile.profileId])
  expect((await profileOf('user_id', userId))!.events).toMatchObject({
    'Order Completed': { count: 1 },
    'Order Returned': { count: 1 },
  })
  expect([errors, shop.refused]).toEqual([[], []])

  // Who merely says to be her joins nothing, and reads nothing.
  const stranger = startApp(spartito.collector, 'shop://home')
  stranger.consent({ analytics: true })
  stranger.identify(userId)
  stranger.track('Order Completed', { order_id: 'o2' })
  await stranger.flush()
  expect((await profileOf('user_id', userId))!.events['Order Completed']!.count).toBe(1)
  stranger.stop()
  await context.close()
})
