import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goAndComeBack, setHidden, wait } from './leaving.ts'
import { open, type Site, startCapture, type Told, type Visit } from './start-capture.ts'

let site: Site

beforeAll(async () => {
  site = await startCapture()
})

afterAll(() => site?.end())

/** Leaves for another page. */
const leave = async ({ page }: Visit): Promise<void> => {
  await page.goto(site.origin + site.page('/away', 'away'))
}

describe('scroll', () => {
  const tall = '<style>body { margin: 0 }</style><div id="content" style="height: 4000px"></div>'

  /** Scrolls as far down as it says, and waits for what follows. */
  const scrollDown = (page: Page, topPx: number): Promise<void> =>
    page.evaluate(async (top) => {
      window.scrollTo(0, top)
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    }, topPx)

  const percents = async (visit: Visit): Promise<unknown[]> =>
    (await visit.told()).filter(([event]) => event === 'Page Scrolled').map(([, { percent }]) => percent)

  test('marks are told as they are passed, each once, also when several are passed at once', async () => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/scroll', tall, { scroll: {} }))
    await scrollDown(visit.page, 100)
    await scrollDown(visit.page, 200)
    await scrollDown(visit.page, 0)
    await scrollDown(visit.page, 2_200)
    await scrollDown(visit.page, 300)
    await scrollDown(visit.page, 4_000)
    expect(await visit.told()).toEqual([25, 50, 75, 90, 100].map((percent): Told => ['Page Scrolled', { percent }]))
    expect(visit.errors).toEqual([])
  })

  test('another page of the application begins anew, and is not seen to its end while it is empty', async () => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/scroll', tall, { scroll: {} }))
    await scrollDown(visit.page, 3_200)
    await visit.page.evaluate(async () => {
      const content = document.querySelector<HTMLElement>('#content')!
      history.pushState(null, '', '/scroll/next')
      content.style.height = '0'
      window.scrollTo(0, 0)
      await new Promise((done) => setTimeout(done, 300))
      content.style.height = '8000px'
    })
    await scrollDown(visit.page, 1_300)
    const told = (await visit.events()).filter(({ event }) => event === 'Page Scrolled')
    expect(
      told.map(({ context, properties }) => [(context as { page: { path: string } }).page.path, properties!.percent]),
    ).toEqual([...[25, 50, 75, 90, 100].map((percent) => ['/scroll', percent]), ['/scroll/next', 25]])
  })

  test('a page that is shorter than the window is seen when it stays for three seconds', async () => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/short', 'short', { scroll: {} }))
    await wait(1_500)
    expect(await percents(visit)).toEqual([])
    await wait(1_700)
    expect(await percents(visit)).toEqual([25, 50, 75, 90, 100])
  })

  test('another element that scrolls', async () => {
    const visit = await site.visit()
    const body = '<main id="main" style="height: 400px; overflow: auto"><div style="height: 2000px"></div></main>'
    await open(visit, site.origin + site.page('/scroll', body, { scroll: { scrollElement: '#main' } }))
    await visit.page.evaluate(async () => {
      document.querySelector('#main')!.scrollTop = 700
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    })
    expect(await percents(visit)).toEqual([25, 50])
  })
})

describe('engagement', () => {
  const isEngaged = ([event]: Told): boolean => event === 'Page Engaged'
  const told = async (visit: Visit): Promise<[url: string, seconds: number][]> =>
    (await visit.told()).filter(isEngaged).map(([, { url, seconds }]) => [url as string, seconds as number])

  /** Opens a page with the plugin at a path and waits there. */
  const read = async (seconds: number): Promise<Visit> => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/read', 'read', { engagement: {} }))
    await wait(seconds * 1_000)
    return visit
  }
  const sum = (of: [string, number][]): number => of.reduce((all, [, seconds]) => all + seconds, 0)

  test('the page that is left tells how long it was read', async () => {
    const visit = await read(1.2)
    await leave(visit)
    const all = await told(visit)
    expect(all).toEqual([[`${site.origin}/read`, expect.any(Number)]])
    expect(sum(all)).toBeGreaterThanOrEqual(1.1)
    expect(sum(all)).toBeLessThan(8)
    expect(visit.errors).toEqual([])
  })

  test('each page of an application tells its own time, under its own address', async () => {
    const visit = await read(0.6)
    await visit.page.evaluate(() => history.pushState(null, '', '/read/next#part'))
    await wait(1_500)
    await leave(visit)
    const all = await told(visit)
    expect(all.map(([url]) => url)).toEqual([`${site.origin}/read`, `${site.origin}/read/next`])
    expect(all[0]![1]).toBeGreaterThanOrEqual(0.5)
    expect(all[1]![1]).toBeGreaterThanOrEqual(1.4)
  })

  test('the back/forward cache loses nothing, and the time away is none', async () => {
    const visit = await read(0.6)
    await goAndComeBack(visit, 2_500)
    await wait(800)
    await leave(visit)
    const all = await told(visit)
    expect(all.map(([url]) => url)).toEqual([`${site.origin}/read`, `${site.origin}/read`])
    expect(all[0]![1]).toBeGreaterThanOrEqual(0.5)
    expect(all[1]![1]).toBeGreaterThanOrEqual(0.7)
    expect(all[1]![1]).toBeLessThan(2.4)
  })

  test('a page that is hidden tells at once, and what comes after it is shown', async () => {
    const visit = await read(0.6)
    await setHidden(visit.page, true)
    await wait(1_000)
    await setHidden(visit.page, false)
    await setHidden(visit.page, true)
    const all = await told(visit)
    expect(all[0]![1]).toBeGreaterThanOrEqual(0.5)
    expect(sum(all)).toBeLessThan(all[0]![1] + 0.9)
  })

  test('a window that is not in front counts nothing', async () => {
    const visit = await read(0.3)
    const session = await visit.context.newCDPSession(visit.page)
    const { windowId } = await session.send('Browser.getWindowForTarget')
    await session.send('Emulation.setFocusEmulationEnabled', { enabled: false })
    await session.send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'minimized' } })
    await visit.page.waitForFunction(() => !document.hasFocus())
    const startedAt = Date.now()
    await wait(2_000)
    const unseen = (Date.now() - startedAt) / 1_000
    const whole = await visit.page.evaluate(() => performance.now() / 1_000)
    await leave(visit)
    const seconds = sum(await told(visit))
    expect(seconds).toBeGreaterThanOrEqual(0.2)
    expect(seconds).toBeLessThanOrEqual(whole - unseen + 0.1)
  })
})

test('what is told on leaving is sent on leaving: no other page of the site has to follow', async () => {
  const visit = await site.visit()
  await open(visit, site.origin + site.page('/last', 'last', { engagement: {}, vitals: {} }))
  await wait(700)
  const id = await visit.page.evaluate(() => JSON.parse(localStorage.spartito).anonymousId as string)
  await visit.page.goto('about:blank')
  for (const event of ['Page Engaged', 'Web Vitals Measured'])
    await expect.poll(() => site.countOf(id, event), { timeout: 10_000, interval: 100 }).toBe(1)
})

describe('vitals', () => {
  const body = `<p id="text">text that is painted</p><button id="slow">x</button><div style="height: 400px; background: teal"></div>
    <script>slow.onclick = () => { slow.textContent = 'y'; const end = performance.now() + 120; while (performance.now() < end); }</script>`
  const measured = async (visit: Visit): Promise<Record<string, unknown>[]> =>
    (await visit.told()).filter(([event]) => event === 'Web Vitals Measured').map(([, properties]) => properties)

  /** Opens a page whose content shifts, and uses it. */
  const use = async (): Promise<Visit> => {
    const visit = await site.visit()
    const path = site.page('/vitals', body, { vitals: {} })
    await open(visit, `${site.origin}${path}?a=1#part`)
    await visit.page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      document.body.prepend(Object.assign(document.createElement('div'), { style: 'height: 80px' }))
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    })
    await visit.page.click('#slow')
    // measured once what it changed is on the screen
    await visit.page.evaluate(() => {
      const tell = (): unknown => requestIdleCallback(() => Object.assign(window, { isMeasured: true }))
      new PerformanceObserver(tell).observe({ type: 'first-input', buffered: true })
    })
    await visit.page.waitForFunction('window.isMeasured')
    return visit
  }

  test('all five are reported once, with the page, when it is left; the back/forward cache brings a page that is measured anew', async () => {
    const visit = await use()
    await goAndComeBack(visit, 300)
    await wait(300)
    await leave(visit)
    const [first, second, ...more] = await measured(visit)
    const ms = expect.toSatisfy((value: number) => Number.isInteger(value) && value >= 0 && value < 30_000)
    expect(first).toEqual({
      lcp: ms,
      fcp: ms,
      ttfb: ms,
      inp: expect.toSatisfy((value: number) => value >= 104 && value < 30_000),
      cls: expect.toSatisfy((value: number) => value > 0.01 && value < 1),
      url: `${site.origin}/vitals?a=1`,
      navigationType: 'navigate',
      report: 1,
    })
    expect(second).toMatchObject({ lcp: ms, fcp: ms, cls: 0, navigationType: 'back-forward-cache', report: 1 })
    expect(more).toEqual([])
    expect(visit.errors).toEqual([])
  })

  test('what grows after the first report comes in another that holds it alone', async () => {
    const visit = await use()
    await setHidden(visit.page, true)
    await setHidden(visit.page, false)
    await wait(600) // shifts right after an interaction do not count
    await visit.page.evaluate(async () => {
      document.body.prepend(Object.assign(document.createElement('div'), { style: 'height: 400px' }))
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    })
    await setHidden(visit.page, true)
    await setHidden(visit.page, false)
    await setHidden(visit.page, true)
    const [first, second, ...more] = await measured(visit)
    expect(first).toMatchObject({ report: 1, cls: expect.any(Number) })
    const { cls, report, ...rest } = second!
    expect({ report, isMore: (cls as number) > (first!.cls as number) }).toEqual({ report: 2, isMore: true })
    expect(Object.keys(rest).sort()).toEqual(['navigationType', 'url'])
    expect(more).toEqual([])
  })
})
