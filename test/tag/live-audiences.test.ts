import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { deviceOf, html, startTwoSites, type TwoSites, tagOf } from './two-sites.ts'

let sites: TwoSites

beforeAll(async () => {
  sites = await startTwoSites([
    { id: 'viewing', expose: true, when: { event: 'Product Viewed', within: 'PT6S' } },
    { id: 'buyers', expose: true, when: { event: 'Order Completed' } },
    { id: 'hidden', when: { event: 'Order Completed' } },
  ])
  const page = (attributes: string) => (host: string) =>
    html(tagOf(sites.collectorOf(host), `data-plugins="live-audiences" ${attributes}`))
  sites.pages.set('/', page('data-consent="opt-out"'))
  sites.pages.set('/every', page('data-consent="opt-out" data-audiences-every="5"'))
  sites.pages.set('/careful', page('data-consent="opt-in" data-audiences-every="5"'))
})
afterAll(() => sites?.end())

interface Visit {
  page: Page
  /** how often the collector was asked */
  asked(): number
  /** events' requests so far */
  batches(): number
}

const open = async (path: string): Promise<Visit> => {
  const context = await sites.browser.newContext()
  const page = await context.newPage()
  const errors: string[] = []
  const asked: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => request.method() !== 'OPTIONS' && asked.push(new URL(request.url()).pathname))
  onTestFinished(async () => {
    await context.close()
    expect(errors).toEqual([])
  })
  const count = (path: string) => () => asked.filter((each) => each === path).length
  await page.goto(`${sites.a}${path}`)
  // @ts-expect-error the page's own
  await page.evaluate(() => window.spartito.on('audiences', (ids) => Object.assign(window, { told: ids })))
  return { page, asked: count('/v1/me'), batches: count('/v1/batch') }
}

/** What the page's own listener was told last. */
const told = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { told: string[] }).told)

/** As when somebody goes to another tab and comes back: a browser without windows shows its tabs always. */
const lookAway = (page: Page, isAway: boolean): Promise<unknown> =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isAway)

test('a window that closes reaches a page that rests, by the clock of the setting', async () => {
  const { page, batches, asked } = await open('/every')
  // @ts-expect-error the page's own
  await page.evaluate(() => window.spartito.track('Product Viewed'))
  await expect.poll(() => told(page)).toEqual(['viewing'])
  const before = batches()
  await expect.poll(() => told(page), { timeout: 20_000 }).toEqual([])
  expect(batches()).toBe(before)
  expect(asked()).toBeGreaterThan(0)
  // the device knows it, too
  expect(await deviceOf(page)).toMatchObject({ audiences: [] })
})

test("a server's event reaches a page when it is looked at again, and what is not exposed never does", async () => {
  const { page, asked, batches } = await open('/')
  await expect.poll(batches).toBe(1)
  await expect.poll(async () => (await deviceOf(page))?.anonymousId).toBeDefined()
  const { anonymousId } = (await deviceOf(page))!
  await fetch(`${sites.spartito.collector}/v1/track`, {
    method: 'POST',
    headers: { authorization: basic(keys.server) },
    body: JSON.stringify({ event: 'Order Completed', anonymousId, messageId: `order-${anonymousId}` }),
  })
  await page.waitForTimeout(4_200)
  const before = asked()
  await lookAway(page, true)
  expect(asked()).toBe(before)
  await lookAway(page, false)
  await expect.poll(() => told(page)).toEqual(['buyers'])
  expect(batches()).toBe(1)
  // whoever goes from tab to tab asks no more often than every 4 s
  await lookAway(page, true)
  await lookAway(page, false)
  await page.waitForTimeout(200)
  expect(asked()).toBe(before + 1)
})

test('before consent nobody is asked', async () => {
  const { page, asked } = await open('/careful')
  await lookAway(page, false)
  await page.waitForTimeout(5_500)
  expect(asked()).toBe(0)
  expect(await page.evaluate(() => [document.cookie, localStorage.length])).toEqual(['', 0])
})
