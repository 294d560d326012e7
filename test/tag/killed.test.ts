import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { BrowserProcess } from './browser-process.ts'
import { type Stage, startStage } from './stage.ts'
import { copiesOf, expectStoredOnce, readAnonymousId, trackMany, untilStoreIsOpen } from './stored-once.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage('tag-killed')
})
afterEach(() => {
  stage.relay.delayMs = 0
})
afterAll(() => stage?.end())

const visit = async ({ context }: BrowserProcess, path: string): Promise<Page> => {
  const page = await context.newPage()
  await page.goto(stage.site.origin + path)
  await untilStoreIsOpen(page)
  return page
}

describe('QU1: 500 events, each stored once by the next visit, although the browser is killed -9', () => {
  // 50 ms are the browser's, and a busy machine may keep them from it; a tag that stored later would fail each time.
  test('50 ms after them, while the collector is down; the visitor stays who they were', { retry: 2 }, async () => {
    const browser = await stage.openBrowser()
    const page = await visit(browser, '/a')
    const anonymousId = await readAnonymousId(page)
    await stage.relay.goDown()
    await trackMany(page, 'Killed Early', 500)
    await page.waitForTimeout(50)
    await browser.kill()
    await stage.relay.comeUp()
    const next = await visit(await stage.reopenBrowser(browser.profile), '/b')
    expect(await readAnonymousId(next)).toBe(anonymousId)
    await expectStoredOnce(stage, anonymousId, 'Killed Early', 500)
  })

  test('while it sends them', async () => {
    const browser = await stage.openBrowser()
    const page = await visit(browser, '/a')
    const anonymousId = await readAnonymousId(page)
    stage.relay.delayMs = 50
    await trackMany(page, 'Killed Sending', 500)
    await expect.poll(() => copiesOf(stage.relay, 'Killed Sending').length, { interval: 5 }).toBeGreaterThan(100)
    await browser.kill()
    expect(copiesOf(stage.relay, 'Killed Sending').length).toBeLessThan(500)
    const next = await visit(await stage.reopenBrowser(browser.profile), '/b')
    expect(await readAnonymousId(next)).toBe(anonymousId)
    await expectStoredOnce(stage, anonymousId, 'Killed Sending', 500)
  })
})
