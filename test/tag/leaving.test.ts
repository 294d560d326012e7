import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { BrowserProcess } from './browser-process.ts'
import { pageOf, type Stage, startStage, tagElement } from './stage.ts'
import { expectStoredOnce, openPage, readAnonymousId, trackMany, untilStoreIsOpen } from './stored-once.ts'

let stage: Stage
let browser: BrowserProcess

beforeAll(async () => {
  stage = await startStage('tag-leaving')
  browser = await stage.openBrowser()
})
afterAll(() => stage?.end())

/** A tab on a page of the site, when the tag's store is open. */
const open = (path: string): Promise<Page> => openPage(browser, stage, path)

/** The next visit, in a tab of its own. */
const expectStoredAtNextVisit = async (event: string, count = 500): Promise<void> => {
  const page = await open('/b')
  await expectStoredOnce(stage, await readAnonymousId(page), event, count)
}

describe('QU1, QU2: 500 events in one task, each stored once by the next visit, although then', () => {
  test('the page goes to another in the same task', async () => {
    const page = await open('/a')
    await page.evaluate(() => {
      for (let i = 0; i < 500; i++) window.spartito!.track!('Navigated', { i })
      location.href = '/b'
    })
    await page.waitForURL('**/b')
    await expectStoredOnce(stage, await readAnonymousId(page), 'Navigated', 500)
  })

  test('the page goes to one without the tag, and a visit follows', async () => {
    const page = await open('/a')
    await page.evaluate(() => {
      for (let i = 0; i < 500; i++) window.spartito!.track!('Went Elsewhere', { i })
      location.href = '/bare'
    })
    await page.waitForURL('**/bare')
    await expectStoredAtNextVisit('Went Elsewhere')
  })

  test('the tab is closed', async () => {
    const page = await open('/a')
    await trackMany(page, 'Closed', 500)
    await page.close()
    await expectStoredAtNextVisit('Closed')
  })

  test('a page that has just begun leaves in the task that tracks 20', async () => {
    const head = tagElement(stage.relay.origin)
    const script = "for (let i = 0; i < 20; i++) spartito.track('Left Cold', { i }); location.href = '/b'"
    stage.site.pages.set('/cold', { html: pageOf(head, `<script>${script}</script>`) })
    const page = await open('/bare')
    await page.evaluate(() => {
      location.href = '/cold'
    })
    await page.waitForURL('**/b')
    await expectStoredOnce(stage, await readAnonymousId(page), 'Left Cold', 20)
  })

  test('the window closes itself in the same task', async () => {
    const opener = await open('/bare')
    const [popup] = await Promise.all([
      opener.waitForEvent('popup'),
      opener.evaluate(() => void window.open('/a', '_blank')),
    ])
    await popup.waitForLoadState()
    await untilStoreIsOpen(popup)
    const closed = popup.waitForEvent('close')
    await popup
      .evaluate(() => {
        for (let i = 0; i < 500; i++) window.spartito!.track!('Closed Itself', { i })
        window.close()
      })
      .catch(() => undefined) // the answer may be lost with the window
    await closed
    await expectStoredAtNextVisit('Closed Itself')
  })
})
