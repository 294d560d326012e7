import type { Browser, BrowserContext, Page, Route } from 'playwright-core'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import type { ProfileAnswer } from '../support/administration.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { type Pages, servePages } from './serve-pages.ts'

let spartito: Spartito
let browser: Browser
let pages: Pages

beforeAll(async () => {
  const folder = await makeTempFolder('clients')
  ;[spartito, browser] = await Promise.all([startSpartito({ folder: folder.path }), launchChromium()])
  await spartito.admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  })
  pages = await servePages(['segment', 'rudderstack', 'jitsu'], {
    collector: spartito.collector,
    writeKey: keys.browser,
  })
  return async () => {
    await pages.close()
    await browser.close()
    await spartito.runtime.stop()
    await folder.remove()
  }
})

interface Visit {
  context: BrowserContext
  page: Page
  userId: string
  errors: string[]
  anonymousId: string
}

let visits = 0

/** Somebody new on the page of a client that takes calls. */
const visit = async (path: string): Promise<Visit> => {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(`${pages.origin}${path}`)
  await page.waitForFunction(() => window.calls !== undefined)
  const anonymousId = (await page.evaluate(() => window.calls!.anonymousId()))!
  expect(anonymousId).toMatch(/.{8}/)
  return { context, page, userId: `user-${++visits}-${Date.now()}`, errors, anonymousId }
}

const profileOf = (anonymousId: string): Promise<ProfileAnswer | undefined> =>
  spartito.admin.profile({ type: 'anonymous_id', value: anonymousId })

const countsOf = async (anonymousId: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    Object.entries((await profileOf(anonymousId))?.events ?? {}).map(([name, { count }]) => [name, count]),
  )

const clients: [client: string, path: string][] = [
  ["Segment's", '/segment'],
  ["Segment's, batching", '/segment?batching'],
  ["RudderStack's", '/rudderstack'],
  ["Jitsu's", '/jitsu'],
]

describe.each(clients)('WI1 %s browser client, unmodified but for its host', (_client, path) => {
  test('each event is stored once, with its type, identity and time', async () => {
    const { page, userId, errors, anonymousId } = await visit(path)
    const from = Date.now()
    await page.evaluate(async (user) => {
      const calls = window.calls!
      await calls.page('Home')
      await calls.track('Product Viewed', { sku: 'p1', price: 12.5 })
      await calls.identify(user, { plan: 'pro' })
      await calls.group('acme', { name: 'Acme' })
      for (let n = 0; n < 4; n++) await calls.track('Order Completed', { revenue: n })
    }, userId)
    const expected = { page: 1, 'Product Viewed': 1, identify: 1, group: 1, 'Order Completed': 4 }
    await expect.poll(() => countsOf(anonymousId), { timeout: 15_000 }).toEqual(expected)
    const profile = await profileOf(anonymousId)
    expect(profile!.host).toEqual({ type: 'user_id', value: userId })
    expect(profile!.traits).toMatchObject({ plan: { value: 'pro' } })
    for (const { timestamp } of profile!.recent as { timestamp: number }[]) {
      expect(timestamp).toBeGreaterThanOrEqual(from - 1_000)
      expect(timestamp).toBeLessThanOrEqual(Date.now())
    }
    expect(errors).toEqual([])
  })
})

/** What a temporary fault looks like to a client (WI7); Jitsu's tries nothing twice. */
const faults: [fault: string, answer: (route: Route) => Promise<void>][] = [
  ['503', (route) => route.fulfill({ status: 503, headers: { ...cors, 'retry-after': '1' }, body: temporary })],
  ['429', (route) => route.fulfill({ status: 429, headers: { ...cors, 'retry-after': '1' }, body: temporary })],
  ['a connection that breaks', (route) => route.abort('connectionfailed')],
]
const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' }
const temporary = JSON.stringify({ success: false, code: 'rate_limited', message: 'later' })

const thatRetry: [client: string, path: string][] = clients.filter(([client]) => !client.startsWith('Jitsu'))

describe.each(thatRetry)('WI7 %s browser client stores each event once after', (_client, path) => {
  test.each(faults)('%s', async (_fault, answer) => {
    const { page, anonymousId } = await visit(path)
    let refused = 0
    await page.route(`${spartito.collector}/**`, (route) => {
      if (route.request().method() !== 'POST' || refused >= 2) return route.continue()
      refused++
      return answer(route)
    })
    await page.evaluate(async () => {
      for (let n = 0; n < 3; n++) void window.calls!.track('Product Viewed', { n })
    })
    await expect.poll(() => countsOf(anonymousId), { timeout: 25_000 }).toEqual({ 'Product Viewed': 3 })
    expect(refused).toBe(2)
  })

  test('a time without a network', async () => {
    const { context, page, anonymousId } = await visit(path)
    await context.setOffline(true)
    await page.evaluate(async () => {
      for (let n = 0; n < 3; n++) void window.calls!.track('Product Viewed', { n })
    })
    await page.waitForTimeout(1_000)
    expect(await countsOf(anonymousId)).toEqual({})
    await context.setOffline(false)
    await expect.poll(() => countsOf(anonymousId), { timeout: 25_000 }).toEqual({ 'Product Viewed': 3 })
  })
})
