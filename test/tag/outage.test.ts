import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { BrowserProcess } from './browser-process.ts'
import { type Stage, startStage } from './stage.ts'
import { copiesOf, expectStoredOnce, openPage, readAnonymousId, trackMany } from './stored-once.ts'

let stage: Stage
let browser: BrowserProcess

beforeAll(async () => {
  stage = await startStage('tag-outage')
  browser = await stage.openBrowser()
})
afterEach(() => {
  stage.relay.refusal = undefined
  stage.relay.delayMs = 0
})
afterAll(() => stage?.end())

const open = (path: string): Promise<Page> => openPage(browser, stage, path)

/** As `online` does: the tag tries again without waiting for its backoff. */
const comeOnline = (page: Page): Promise<void> => page.evaluate(() => void dispatchEvent(new Event('online')))

const sentWith = (event: string, isSo: (status: number | undefined) => boolean): number =>
  stage.relay.batches.filter(({ events, status }) => isSo(status) && events.some((sent) => sent.event === event)).length

describe('QU2: 500 events, each stored once, although', () => {
  test('the collector refuses connections for a while', async () => {
    const page = await open('/a')
    await stage.relay.goDown()
    await trackMany(page, 'Refused', 500)
    await page.waitForTimeout(1_500)
    expect(copiesOf(stage.relay, 'Refused')).toEqual([])
    await stage.relay.comeUp()
    await comeOnline(page)
    await expectStoredOnce(stage, await readAnonymousId(page), 'Refused', 500)
  })

  test('the collector refuses connections until the tab is closed; a visit follows', async () => {
    const page = await open('/a')
    await stage.relay.goDown()
    await trackMany(page, 'Refused To The End', 500)
    await page.waitForTimeout(500)
    await page.close()
    await stage.relay.comeUp()
    await expectStoredOnce(stage, await readAnonymousId(await open('/b')), 'Refused To The End', 500)
  })

  test('the collector is killed -9 while it takes them, and starts again', async () => {
    const page = await open('/a')
    stage.relay.delayMs = 30
    await trackMany(page, 'Killed Under', 500)
    await expect.poll(() => sentWith('Killed Under', (status) => status === 200), { interval: 5 }).toBeGreaterThan(1)
    await stage.restartCollector()
    await comeOnline(page)
    await expectStoredOnce(stage, await readAnonymousId(page), 'Killed Under', 500)
    expect(sentWith('Killed Under', (status) => status === undefined)).toBeGreaterThan(0)
  })

  test('the collector answers 503 for a while', async () => {
    const page = await open('/a')
    stage.relay.refusal = { status: 503 }
    await trackMany(page, 'Unavailable', 500)
    await expect.poll(() => sentWith('Unavailable', (status) => status === 503), { timeout: 10_000 }).toBeGreaterThan(1)
    stage.relay.refusal = undefined
    await expectStoredOnce(stage, await readAnonymousId(page), 'Unavailable', 500)
  })

  test.each([
    ['in seconds', '2', 2_000],
    ['as a date', '', 2_000],
  ])('the collector answers 429 with Retry-After %s: no request comes before', async (form, seconds, waitMs) => {
    const event = `Limited ${form}`
    const page = await open('/a')
    const retryAfter = seconds || new Date(Date.now() + waitMs + 1_000).toUTCString()
    stage.relay.refusal = { status: 429, retryAfter }
    await trackMany(page, event, 500)
    await expect.poll(() => sentWith(event, (status) => status === 429), { interval: 10 }).toBe(1)
    stage.relay.refusal = undefined
    const refusedAt = stage.relay.batches.find((batch) => batch.status === 429 && batch.events[0]!.event === event)!.at
    // what makes the tag try at once otherwise
    await comeOnline(page)
    await trackMany(page, event, 10, 500)
    await page.evaluate(() => window.spartito!.flush!())
    await expectStoredOnce(stage, await readAnonymousId(page), event, 510)
    const [next] = stage.relay.batches.filter(({ at, events }) => at > refusedAt && events[0]!.event === event)
    expect(next!.at).toBeGreaterThanOrEqual(seconds ? refusedAt + waitMs : Date.parse(retryAfter))
  })
})
