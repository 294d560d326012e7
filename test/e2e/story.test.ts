import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type Demo, setWindow, startDemo } from './demo.ts'

let demo: Demo
let browser: Browser

beforeAll(async () => {
  ;[demo, browser] = await Promise.all([startDemo(), launchChromium()])
  await setWindow(demo, 'PT8S')
})

afterAll(async () => {
  await browser?.close()
  await demo?.remove()
})

/** Somebody with a browser of their own. */
const visitor = async (): Promise<{ context: BrowserContext; page: Page; errors: string[]; requests: string[] }> => {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const errors: string[] = []
  const requests: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
  return { context, page, errors, requests }
}

const products = ['violin', 'flute', 'metronome']

const view = async (page: Page, names: readonly string[]): Promise<void> => {
  for (const name of names) await page.goto(`${demo.shop}/product/${name}`)
}

const anonymousIdOf = (page: Page): Promise<string> =>
  page.evaluate(
    () =>
      JSON.parse(localStorage.getItem('spartito') ?? '{}').anonymousId ??
      JSON.parse(localStorage.getItem('spartito') ?? '{}').id,
  )

const signIn = async (page: Page, userId: string, plan: 'free' | 'pro'): Promise<void> => {
  await page.goto(`${demo.shop}/account`)
  await page.fill('#user-id', userId)
  await page.selectOption('#plan', plan)
  await page.click('#sign-in button')
}

describe('a visitor of the shop', () => {
  test('before the choice nothing is stored and nothing is sent but the tag', async () => {
    const { context, page, requests } = await visitor()
    await view(page, products)
    await page.waitForTimeout(500)
    expect(
      requests.filter((request) => request.includes(demo.collector)).map((request) => request.split(' ')[0]),
    ).not.toContain('POST')
    expect(await context.cookies()).toEqual([])
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0])
    expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0)
  })

  test('three product views enter, the page changes, the destination shows the signed change; the window closes and the exit arrives with no event', async () => {
    const { page, errors } = await visitor()
    const screen = await browser.newPage()
    onTestFinished(() => screen.close())
    await screen.goto(demo.destination)
    await page.goto(demo.shop)
    await page.click('#consent-accept')
    await view(page, products)
    await page.waitForSelector('#offer:visible', { timeout: 10_000 })

    const id = await anonymousIdOf(page)
    const mine = async () => {
      return (await demo.changes()).filter(
        ({ audience, identifiers }) => audience === 'engaged' && identifiers.some(({ value }) => value === id),
      )
    }
    await expect.poll(async () => (await mine()).length, { timeout: 10_000 }).toBe(1)
    const [entered] = await mine()
    expect(entered).toMatchObject({ type: 'audience.entered', cause: 'event', verified: true })
    await screen.waitForSelector(
      `#changes > li[data-audience="engaged"][data-type="audience.entered"][data-verified="true"]`,
    )

    // The page rests: nothing is sent from here on.
    await page.goto('about:blank')
    await expect.poll(async () => (await mine()).length, { timeout: 20_000 }).toBe(2)
    const [exited] = await mine()
    const lateByMs = exited!.receivedAt - exited!.effectiveAt
    expect(exited).toMatchObject({ type: 'audience.exited', cause: 'time', seq: expect.any(Number) })
    expect(lateByMs).toBeLessThan(2_000)
    await screen.waitForSelector(
      '#changes > li[data-audience="engaged"][data-type="audience.exited"][data-cause="time"]',
    )
    expect(errors).toEqual([])
  })

  test('who declines is not collected, and the shop works on', async () => {
    const { context, page, requests, errors } = await visitor()
    await page.goto(demo.shop)
    await page.click('#consent-deny')
    await view(page, products)
    await page.waitForTimeout(500)
    const posts = requests.filter((request) => request.startsWith('POST') && request.includes(demo.collector))
    expect(posts.length).toBeLessThanOrEqual(1)
    expect(await context.cookies()).toEqual([])
    expect(await page.isVisible('#offer')).toBe(false)
    expect(errors).toEqual([])
  })

  test('identify on two browsers gives one profile, and each event is stored once', async () => {
    const userId = `clara-${Date.now()}`
    const [first, second] = [await visitor(), await visitor()]
    for (const { page } of [first, second]) {
      await page.goto(demo.shop)
      await page.click('#consent-accept')
    }
    await view(first.page, ['violin', 'flute'])
    await signIn(first.page, userId, 'pro')
    await first.page.waitForSelector('#pro-badge:visible', { timeout: 10_000 })
    await view(second.page, ['metronome'])
    await signIn(second.page, userId, 'pro')

    await expect
      .poll(async () => (await demo.profile('user_id', userId))?.identifiers.map(({ type }) => type).sort(), {
        timeout: 15_000,
      })
      .toEqual(['anonymous_id', 'anonymous_id', 'user_id'])
    await expect
      .poll(async () => (await demo.profile('user_id', userId))!.events['Product Viewed']?.count, { timeout: 15_000 })
      .toBe(3)
    const profile = (await demo.profile('user_id', userId))!
    expect(profile.traits.plan!.value).toBe('pro')
    expect(profile.events.identify!.count).toBe(2)
    for (const { page } of [first, second])
      expect((await demo.profile('anonymous_id', await anonymousIdOf(page)))!.profileId).toBe(profile.profileId)
  })
})

describe("Segment's client, unmodified but for its host", () => {
  test('three product views enter, and identify gives one profile', async () => {
    const { page, errors } = await visitor()
    const userId = `robert-${Date.now()}`
    await page.goto(demo.segment)
    await page.waitForSelector('#client-state:text("ready")')
    await page.check('#consent')
    for (let views = 1; views <= 3; views++) {
      await page.click('#view-product')
      await page.waitForSelector(`#log > li[data-event="Product Viewed"][data-status="200"] >> nth=${views - 1}`)
    }
    await page.waitForSelector('#audiences:has-text("engaged")')
    await page.fill('#user-id', userId)
    await page.click('#identify')
    await page.waitForSelector('#log > li[data-path$="/i"][data-status="200"]')
    const profile = (await demo.profile('user_id', userId))!
    expect(profile.events).toMatchObject({ 'Product Viewed': { count: 3 }, identify: { count: 1 } })
    expect(profile.audiences.map(({ id }) => id)).toContain('engaged')
    expect(errors).toEqual([])
  })
})
