import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { BrowserProcess } from './browser-process.ts'
import { type Stage, startStage } from './stage.ts'
import { copiesOf, expectStoredOnce, readAnonymousId, trackMany, untilStoreIsOpen } from './stored-once.ts'

/** A name that is no loopback's: pages without HTTPS on it have no Web Locks. */
const plainHost = 'shop.test'

let stage: Stage
let browser: BrowserProcess

beforeAll(async () => {
  stage = await startStage('tag-tabs')
  browser = await stage.openBrowser([`--host-resolver-rules=MAP ${plainHost} 127.0.0.1`])
})
afterEach(() => {
  stage.relay.delayMs = 0
})
afterAll(() => stage?.end())

/** One after the other, as a visitor opens them: two that begin in the same moment of a first visit may each make an id. */
const openTabs = async (count: number, origin: string): Promise<Page[]> => {
  const tabs: Page[] = []
  for (let index = 0; index < count; index++) {
    const page = await browser.context.newPage()
    onTestFinished(() => page.close())
    await page.goto(`${origin}/a`)
    await untilStoreIsOpen(page)
    tabs.push(page)
  }
  return tabs
}

const trackInAll = (tabs: Page[], event: string, each: number): Promise<unknown> =>
  Promise.all(tabs.map((tab, index) => trackMany(tab, event, each, index * each)))

describe.each([
  ['with Web Locks', true],
  ['without Web Locks, by a lease', false],
])('QU2: one sender %s', (how, hasLocks) => {
  const origin = (): string => (hasLocks ? stage.site.origin : `http://${plainHost}:${stage.site.port}`)

  test.each([2, 5])('%i tabs send 500 events, one request at a time, none twice', async (count) => {
    const event = `From ${count} Tabs ${how}`
    const tabs = await openTabs(count, origin())
    expect(await tabs[0]!.evaluate(() => 'locks' in navigator)).toBe(hasLocks)
    stage.relay.busiest = 0
    await trackInAll(tabs, event, 500 / count)
    const inVain = await expectStoredOnce(stage, await readAnonymousId(tabs[0]!), event, 500)
    expect(stage.relay.busiest).toBe(1)
    expect(inVain).toBe(0)
    // a lease that is held when its tab is closed is waited out
    await Promise.all(tabs.map(untilStoreIsOpen))
  })

  test('the tab that sends is closed: another sends what it left', async () => {
    const event = `Left Behind ${how}`
    const [sending, ...others] = await openTabs(3, origin())
    stage.relay.delayMs = 50
    await trackMany(sending!, event, 500)
    await expect.poll(() => copiesOf(stage.relay, event).length, { interval: 5 }).toBeGreaterThan(100)
    await sending!.close()
    stage.relay.delayMs = 0
    await trackMany(others[0]!, event, 10, 500)
    await expectStoredOnce(stage, await readAnonymousId(others[0]!), event, 510)
  })
})
