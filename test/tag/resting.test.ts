import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BrowserProcess } from './browser-process.ts'
import { type Stage, startStage } from './stage.ts'
import { copiesOf, expectStoredOnce, openPage, readAnonymousId, trackMany, untilStoreIsOpen } from './stored-once.ts'

let stage: Stage
let browser: BrowserProcess

beforeAll(async () => {
  stage = await startStage('tag-resting')
  browser = await stage.openBrowser()
})
afterAll(() => stage?.end())

const open = (path: string): Promise<Page> => openPage(browser, stage, path)

/** Freezes the page as a browser does with a tab in the background: hidden, its timers and requests stand still. */
const freeze = async (page: Page): Promise<() => Promise<void>> => {
  const session = await browser.context.newCDPSession(page)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  return async () => {
    await session.send('Page.setWebLifecycleState', { state: 'active' })
    await session.detach()
  }
}

/**
 * Goes away and comes back through the back/forward cache. Where the browser has none (Chromium's headless shell) the page gets
 * the same events in the same order round a real freeze.
 */
const goAndComeBack = async (page: Page): Promise<void> => {
  await page.evaluate(() => {
    Object.assign(window, { isKept: true })
    location.href = '/bare'
  })
  await page.waitForURL('**/bare')
  // in a task of its own: the answer to this one has to be gone before the page is
  await page.evaluate(() => void setTimeout(() => history.back()))
  await page.waitForURL('**/a', { waitUntil: 'commit' })
  if (await page.evaluate(() => 'isKept' in window)) return console.info('the back/forward cache is real')
  await untilStoreIsOpen(page)
  const tell = (type: string): Promise<void> =>
    page.evaluate((name) => void dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type)
  await tell('pagehide')
  const thaw = await freeze(page)
  await thaw()
  await tell('pageshow')
}

describe('QU1, QU2: 500 events in one task, each stored once, although then', () => {
  test('the page is away in the back/forward cache, and tracks more when it is back', async () => {
    const page = await open('/a')
    await trackMany(page, 'Rested', 500)
    await goAndComeBack(page)
    await trackMany(page, 'Rested', 10, 500)
    await expectStoredOnce(stage, await readAnonymousId(page), 'Rested', 510)
    expect(await page.evaluate(() => window.spartito!.flush!().then(() => 'answers'))).toBe('answers')
  })

  test('the page is frozen before it has sent them, and resumes', async () => {
    const page = await open('/a')
    stage.relay.delayMs = 50
    await trackMany(page, 'Frozen', 500)
    const thaw = await freeze(page)
    await page.waitForTimeout(700) // what was under way arrives
    const before = stage.relay.batches.length
    await page.waitForTimeout(1_000)
    expect(stage.relay.batches.length).toBe(before)
    expect(copiesOf(stage.relay, 'Frozen').length).toBeLessThan(500)
    await thaw()
    stage.relay.delayMs = 0
    await expectStoredOnce(stage, await readAnonymousId(page), 'Frozen', 500)
  })

  test('the page is frozen, and then discarded; a visit follows', async () => {
    const page = await open('/a')
    await trackMany(page, 'Discarded', 500)
    await freeze(page)
    await page.close()
    const next = await open('/b')
    await expectStoredOnce(stage, await readAnonymousId(next), 'Discarded', 500)
  })

  // Browsers freeze no tab that holds a lock, as one that sends does; where one is frozen all the same, the others wait for it.
  test('one of two tabs is frozen while it sends: all is stored once when it goes on', async () => {
    const [frozen, other] = [await open('/a'), await open('/b')]
    stage.relay.delayMs = 50
    await trackMany(frozen, 'Held Up', 500)
    await expect.poll(() => copiesOf(stage.relay, 'Held Up').length).toBeGreaterThan(0)
    const thaw = await freeze(frozen)
    stage.relay.delayMs = 0
    await trackMany(other, 'Held Up', 10, 500)
    await other.waitForTimeout(1_000)
    await thaw()
    await expectStoredOnce(stage, await readAnonymousId(other), 'Held Up', 510)
  })
})
