import { setTimeout as wait } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { BrowserProcess } from './browser-process.ts'
import { type Stage, startStage } from './stage.ts'
import { copiesOf, expectStoredOnce, readAnonymousId, trackMany, untilStoreIsOpen } from './stored-once.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

let stage: Stage
let browser: BrowserProcess
let context: BrowserContext

beforeAll(async () => {
  stage = await startStage('tag-offline')
  browser = await stage.openBrowser()
  context = browser.context
})
afterEach(() => context.setOffline(false))
afterAll(() => stage?.end())

/** A page whose clock is `aheadMs` ahead, and moves on when the page's `aheadMs` does. */
const open = async (path: string, aheadMs = 0): Promise<Page> => {
  const page = await context.newPage()
  onTestFinished(() => page.close())
  await page.addInitScript((ahead) => {
    const clock = Object.assign(window, { aheadMs: ahead })
    const Real = Date
    // as the page's own, but for the instant that is now
    window.Date = class extends Real {
      constructor(...given: [number]) {
        super(...(given.length ? given : ([Real.now() + clock.aheadMs] as [number])))
      }
      static override now(): number {
        return Real.now() + clock.aheadMs
      }
    } as DateConstructor
  }, aheadMs)
  await page.goto(stage.site.origin + path)
  await untilStoreIsOpen(page)
  return page
}

/**
 * Closes a tab that is offline. What it sends as it goes outlives it, and with it the browser's setting: for that the collector is out of reach.
 */
const closeOffline = async (page: Page): Promise<void> => {
  await stage.relay.goDown()
  await page.close()
  await wait(500)
  await context.setOffline(false)
  await stage.relay.comeUp()
}

/** How long ago the collector takes the events to have happened, in ms. */
const agesOf = async (anonymousId: string, event: string): Promise<number[]> => {
  const profile = await stage.collector.admin.profile({ type: 'anonymous_id', value: anonymousId })
  const { first, last } = profile!.events[event]!
  return [Date.now() - first, Date.now() - last]
}

const dropsSince = (from: number): Record<string, number> => {
  const sum: Record<string, number> = {}
  for (const { drops } of stage.relay.batches.slice(from))
    for (const [reason, count] of Object.entries(drops)) sum[reason] = (sum[reason] ?? 0) + count
  return sum
}

describe('QU2, QU3: offline', () => {
  test('for a day, with the tab closed: 500 events are stored once by the next visit, as of the day before', async () => {
    const page = await open('/a')
    await context.setOffline(true)
    await trackMany(page, 'Tracked Offline', 500)
    await page.waitForTimeout(500)
    await closeOffline(page)
    expect(copiesOf(stage.relay, 'Tracked Offline')).toEqual([])
    const next = await open('/b', dayMs)
    const anonymousId = await readAnonymousId(next)
    await expectStoredOnce(stage, anonymousId, 'Tracked Offline', 500)
    for (const ageMs of await agesOf(anonymousId, 'Tracked Offline'))
      expect(Math.abs(ageMs - dayMs)).toBeLessThan(minuteMs)
  })

  test('for a day, in a tab that sleeps: 500 events are stored once when it is online again, and 10 of today', async () => {
    const page = await open('/a')
    await context.setOffline(true)
    await trackMany(page, 'Slept On', 500)
    await page.waitForTimeout(1_000)
    expect(copiesOf(stage.relay, 'Slept On')).toEqual([])
    await page.evaluate((ms) => Object.assign(window, { aheadMs: ms }), dayMs)
    await trackMany(page, 'Slept On', 10, 500)
    await context.setOffline(false)
    const anonymousId = await readAnonymousId(page)
    await expectStoredOnce(stage, anonymousId, 'Slept On', 510)
    const [oldest, newest] = await agesOf(anonymousId, 'Slept On')
    expect(Math.abs(oldest! - dayMs)).toBeLessThan(minuteMs)
    expect(newest).toBeLessThan(minuteMs)
  })

  test('for eight days: what is older than seven is dropped, and each drop is reported once', async () => {
    const page = await open('/a')
    await context.setOffline(true)
    await trackMany(page, 'Too Old', 500)
    await page.waitForTimeout(500)
    await closeOffline(page)
    const before = stage.relay.batches.length
    const next = await open('/b', 8 * dayMs)
    await trackMany(next, 'After Eight Days', 1)
    await expectStoredOnce(stage, await readAnonymousId(next), 'After Eight Days', 1)
    expect(copiesOf(stage.relay, 'Too Old')).toEqual([])
    expect(dropsSince(before)).toEqual({ overflow: 500 })
  })

  test('with 6,000 events: the newest that fit are stored once, the others dropped, and each drop is reported once', async () => {
    const page = await open('/a')
    await context.setOffline(true)
    const before = stage.relay.batches.length
    for (let from = 0; from < 6_000; from += 1_000) await trackMany(page, 'Too Many', 1_000, from)
    await context.setOffline(false)
    const { overflow = 0 } = await expect
      .poll(() => dropsSince(before), { timeout: 10_000 })
      .toMatchObject({ overflow: expect.any(Number) })
      .then(() => dropsSince(before))
    expect(overflow).toBeGreaterThanOrEqual(1_000)
    await expectStoredOnce(stage, await readAnonymousId(page), 'Too Many', 6_000 - overflow, overflow)
    expect(dropsSince(before)).toEqual({ overflow })
  })
})
