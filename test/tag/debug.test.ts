import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { deviceOf, html, startTwoSites, type TwoSites, tagOf } from './two-sites.ts'

let sites: TwoSites

/** No inline script or style, and no HTML from text. */
const policyOf = (collector: string): string =>
  `<meta http-equiv="content-security-policy" content="default-src 'none'; script-src ${collector}; connect-src ${collector}; require-trusted-types-for 'script'; trusted-types 'none'">`

const body = '<h1>A page of a shop</h1><p>Some text that goes on below the overlay.</p><button id="buy">Buy</button>'

beforeAll(async () => {
  sites = await startTwoSites([{ id: 'viewers', expose: true, when: { event: 'Product Viewed' } }])
  const page = (attributes?: string) => (host: string) => {
    const collector = sites.collectorOf(host)
    return html(policyOf(collector) + tagOf(collector, attributes), body)
  }
  sites.pages.set('/', page())
  sites.pages.set(
    '/careful',
    page('data-consent="opt-in" data-purposes="analytics marketing" data-collect="analytics"'),
  )
})
afterAll(() => sites?.end())

const open = async (path: string, more: object = {}): Promise<{ page: Page; asked: string[] }> => {
  const context = await sites.browser.newContext(more)
  const page = await context.newPage()
  const errors: string[] = []
  const asked: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  onTestFinished(async () => {
    await context.close()
    // what the test aborts, and the icon that no page here has
    expect(errors.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([])
  })
  await page.goto(`${sites.a}${path}`)
  return { page, asked }
}

const overlay = (page: Page) => page.locator('spartito-debug section')
const part = (page: Page, title: string) =>
  overlay(page)
    .locator('main > details')
    .filter({ has: page.locator(`summary:has-text("${title}")`) })

/** Calls the client in the page. */
const call = (page: Page, method: 'push' | 'consent', input: unknown): Promise<void> =>
  page.evaluate(
    ([name, given]) =>
      (window as unknown as { spartito: Record<string, (value: unknown) => void> }).spartito[name]!(given),
    [method, input] as const,
  )

test('it comes where the address asks for it, and nowhere else', async () => {
  const { page, asked } = await open('/')
  await page.waitForTimeout(400)
  expect(asked).not.toContain('/tag/debug.js')
  await page.goto(`${sites.a}/?spartito_debug`)
  await overlay(page).waitFor()
})

test('shows the data layer, consent, ids, audiences, queue and answers, live, under a strict policy', async () => {
  const { page } = await open('/?spartito_debug')
  await overlay(page).waitFor()
  await expect.poll(() => part(page, 'Answers').textContent()).toContain('1 accepted, 0 duplicate, 0 rejected')
  const { anonymousId } = (await deviceOf(page))!
  for (const copy of ['cookie', 'localStorage', 'IndexedDB'])
    await expect
      .poll(() => part(page, 'Ids').locator(`dt:text-is("${copy}") + dd`).textContent())
      .toContain(anonymousId)
  expect(await part(page, 'Consent').textContent()).toContain('collecting')

  // what waits is in the queue until the collector answers for it
  await page.route('**/v1/batch', (route) => route.abort())
  await call(page, 'push', { event: 'Product Viewed', cart: { total: 12 } })
  await expect.poll(() => part(page, 'Queue').textContent()).toContain('track Product Viewed')
  expect(await part(page, 'Queue').textContent()).toContain('1 event waits')
  await part(page, 'Data layer: items').locator('> summary').click()
  await part(page, 'Data layer: state').locator('> summary').click()
  await expect.poll(() => part(page, 'Data layer: items').textContent()).toContain('Product Viewed')
  await expect.poll(() => part(page, 'Data layer: state').textContent()).toMatch(/"total": 12/)
  await page.unroute('**/v1/batch')
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await expect.poll(() => part(page, 'Queue').textContent()).toContain('0 events wait')
  await part(page, 'Audiences').locator('> summary').click()
  await expect.poll(() => part(page, 'Audiences').textContent()).toContain('"viewers"')

  await call(page, 'consent', { analytics: false })
  await expect.poll(() => part(page, 'Consent').textContent()).toContain('not collecting')
  await expect
    .poll(() => part(page, 'Ids').locator('dt:text-is("cookie") + dd').textContent())
    .not.toContain(anonymousId)
})

test('before consent it stores nothing and asks nothing', async () => {
  const { page, asked } = await open('/careful?spartito_debug')
  await overlay(page).waitFor()
  await page.waitForTimeout(1_200)
  expect(asked.filter((path) => path !== '/favicon.ico')).toEqual(['/careful', '/tag.js', '/tag/debug.js'])
  expect(
    await page.evaluate(async () => [document.cookie, localStorage.length, (await indexedDB.databases()).length]),
  ).toEqual(['', 0, 0])
  expect(await part(page, 'Consent').textContent()).toContain('not collecting')
})

test('a keyboard reaches, moves, folds and closes it, and the page hears none of that', async () => {
  const { page } = await open('/?spartito_debug')
  // it grows as long as something arrives
  await expect.poll(() => part(page, 'Answers').textContent()).toContain('1 accepted')
  await page.evaluate(() => {
    Object.assign(window, { heard: [] })
    for (const name of ['keydown', 'click'])
      document.addEventListener(name, ({ type }) => (window as unknown as { heard: string[] }).heard.push(type))
  })
  const box = async () => (await overlay(page).boundingBox())!
  const before = await box()
  await page.getByRole('button', { name: /^Move/ }).focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Shift+ArrowUp')
  expect(await box()).toMatchObject({ x: before.x - 8, y: before.y - 80 })
  // it never leaves the window
  for (let presses = 0; presses < 12; presses++) await page.keyboard.press('Shift+ArrowRight')
  expect((await box()).x + before.width).toBe(1280)
  await page.mouse.move((await box()).x + 20, (await box()).y + 20)
  await page.mouse.down()
  await page.mouse.move(300, 200)
  await page.mouse.up()
  expect(Math.abs((await box()).x + 20 - 300)).toBeLessThan(2)
  await page.getByRole('button', { name: 'Fold' }).press('Enter')
  await expect.poll(async () => (await box()).height).toBeLessThan(60)
  await page.getByRole('button', { name: 'Unfold' }).press('Enter')
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual([])
  await page.getByRole('button', { name: /^Close/ }).focus()
  await page.keyboard.press('Escape')
  expect(await page.locator('spartito-debug').count()).toBe(0)
})

test.each([
  ['light', 360],
  ['dark', 360],
  ['light', 1280],
] as const)('fits and can be read, %s, %i px wide', async (colorScheme, width) => {
  const { page } = await open('/?spartito_debug', { colorScheme, viewport: { width, height: 720 } })
  await overlay(page).waitFor()
  await expect.poll(() => part(page, 'Answers').textContent()).toContain('1 accepted')
  const box = (await overlay(page).boundingBox())!
  expect(box.x).toBeGreaterThanOrEqual(0)
  expect(box.x + box.width).toBeLessThanOrEqual(width)
  expect(box.y).toBeGreaterThanOrEqual(0)
  expect(
    await overlay(page)
      .locator('main')
      .evaluate((main) => main.scrollWidth - main.clientWidth),
  ).toBe(0)
  // the contrast of quiet text on its paper is that of WCAG AA
  const contrast = await overlay(page)
    .locator('dt')
    .first()
    .evaluate((term) => {
      const luminance = (color: string): number => {
        const [r, g, b] = color.match(/[\d.]+/g)!.map((part) => {
          const share = Number(part) / 255
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
        }) as [number, number, number]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const paper = luminance(getComputedStyle(term.closest('section')!).backgroundColor)
      const ink = luminance(getComputedStyle(term).color)
      return (Math.max(paper, ink) + 0.05) / (Math.min(paper, ink) + 0.05)
    })
  expect(contrast).toBeGreaterThan(4.5)
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-${colorScheme}-${width}.png` })
})
