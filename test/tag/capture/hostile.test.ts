import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, type Site, startCapture, type Visit } from './start-capture.ts'

let site: Site

beforeAll(async () => {
  site = await startCapture()
})

afterAll(() => site?.end())

const plugins = {
  clicks: {},
  outbound: {},
  downloads: {},
  forms: {},
  scroll: {},
  engagement: {},
  errors: {},
  vitals: {},
}

const body = (): string => `
  <button id="click" data-track="Clicked">x</button>
  <a id="outbound" href="${site.elsewhere}/there">x</a>
  <a id="download" href="/files/a.pdf">x</a>
  <form id="form"><input id="x" name="email"></form>
  <div style="height: 4000px"></div>`

/** Uses all that the plugins listen to, then leaves. */
const use = async ({ page }: Visit): Promise<void> => {
  await page.click('#click')
  await page.click('#outbound', { button: 'middle' })
  await page.click('#download', { noWaitAfter: true })
  await page.fill('#x', 'violetta')
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error("the page's own")
    })
    window.scrollTo(0, 300)
  })
  await page.waitForTimeout(300)
  await page.goto(site.origin + site.page('/after', 'after'))
}

const namesOf = async (visit: Visit): Promise<Set<string>> => new Set((await visit.told()).map(([event]) => event))

const all = [
  'Clicked',
  'Outbound Link Clicked',
  'File Downloaded',
  'Form Started',
  'Error Occurred',
  'Page Scrolled',
  'Page Engaged',
  'Web Vitals Measured',
]

const own = ["Error: the page's own"]

describe('all plugins together', () => {
  test('on a page that does nothing unusual', async () => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/all', body(), plugins))
    await use(visit)
    expect([...(await namesOf(visit))].sort()).toEqual([...all].sort())
    expect(visit.errors).toEqual(own)
  })

  test('with frozen prototypes', async () => {
    const first = `
      for (const { prototype } of [Array, Object, Function, String, Event, Element, Set, Map, WeakSet, WeakMap, Promise, RegExp, URL])
        Object.freeze(prototype)`
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/frozen', body(), plugins, { first }))
    await use(visit)
    expect([...(await namesOf(visit))].sort()).toEqual([...all].sort())
    expect(visit.errors).toEqual(own)
  })

  test.each<[what: string, first: string]>([
    ['composedPath', 'Event.prototype.composedPath = () => { throw new Error("broken") }'],
    [
      'getAttribute and hasAttribute',
      'Element.prototype.getAttribute = Element.prototype.hasAttribute = () => { throw new Error("broken") }',
    ],
    ['URL', 'window.URL = class { constructor() { throw new Error("broken") } }'],
    ['the lists of arrays', 'Array.prototype.some = Array.prototype.includes = () => { throw new Error("broken") }'],
    [
      'the observers',
      'window.PerformanceObserver = class { constructor() { throw new Error("broken") } }; delete window.PerformanceEventTiming',
    ],
    ['the clock', 'performance.now = () => { throw new Error("broken") }'],
    ['focus', 'Document.prototype.hasFocus = () => { throw new Error("broken") }'],
    [
      'scrollingElement',
      'Object.defineProperty(document, "scrollingElement", { get() { throw new Error("broken") } })',
    ],
  ])('a page that breaks %s goes on', async (_what, first) => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/broken', body(), plugins, { first }))
    const { page } = visit
    for (const id of ['click', 'download']) await page.evaluate((of) => document.getElementById(of)!.click(), id)
    await page.evaluate(() => {
      for (const type of ['input', 'focusin', 'submit'])
        document.querySelector('#x')!.dispatchEvent(new Event(type, { bubbles: true, composed: true }))
      window.scrollTo(0, 300)
    })
    await page.waitForTimeout(200)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
    expect(visit.errors).toEqual([])
  })

  test('thousands of clicks in a task are each stored, and the page is not held up', async () => {
    const visit = await site.visit()
    await open(
      visit,
      site.origin +
        site.page('/many', '<button id="x" data-track="Pressed">x</button>', {
          clicks: {},
          outbound: {},
          downloads: {},
        }),
    )
    const [value, tookMs] = await visit.page.evaluate(() => {
      const button = document.querySelector<HTMLElement>('#x')!
      const startedAt = performance.now()
      for (let count = 0; count < 2_000; count++) button.click()
      return [JSON.parse(localStorage.spartito).anonymousId as string, performance.now() - startedAt]
    })
    expect(tookMs).toBeLessThan(2_000)
    await expect.poll(() => site.countOf(value, 'Pressed'), { timeout: 20_000, interval: 250 }).toBe(2_000)
    expect(visit.errors).toEqual([])
  })

  test('before the choice they store and send nothing, and what is refused is gone', async () => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/asks', body(), plugins, { consent: 'opt-in' }))
    await visit.page.click('#click')
    await visit.page.fill('#x', 'violetta')
    await visit.page.evaluate(() => window.scrollTo(0, 300))
    await visit.page.waitForTimeout(500)
    const posts = (): string[] => visit.bodies.filter(Boolean)
    const kept = () =>
      visit.page.evaluate(async () => [
        localStorage.length,
        sessionStorage.length,
        (await indexedDB.databases()).length,
      ])
    expect([posts(), await visit.context.cookies(), await kept()]).toEqual([[], [], [0, 0, 0]])
    await visit.page.evaluate(() => window.spartito!.consent!({ analytics: false }))
    await visit.page.click('#click')
    await visit.page.goto(site.origin + site.page('/asked', 'asked', {}, { consent: 'opt-in' }))
    expect([posts(), await visit.context.cookies()]).toEqual([[], []])
    expect(visit.errors).toEqual([])
  })
})
