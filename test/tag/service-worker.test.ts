import type { CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { BrowserProcess } from './browser-process.ts'
import { pageOf, type Stage, startStage, tagElement } from './stage.ts'
import { copiesOf, expectStoredOnce, readAnonymousId, trackMany, untilStoreIsOpen } from './stored-once.ts'

/** What the pages of these tests have beside the tag: the syncs that they have asked for. */
type Asking = typeof globalThis & { asked?: string[] }

let stage: Stage
let browser: BrowserProcess

const plugin = 'data-plugins="background-sync" data-worker="/spartito-worker.js"'
/**
 * The Chromium of these tests is the one without windows, whose scheduler of syncs is turned off: a page's `register` is refused there. So what a
 * page asks for is noted, and its sync event is then dispatched by the browser's own tools, as the scheduler would when there is a network.
 */
const noting = `<script>
  asked = []
  SyncManager.prototype.register = async (tag) => { asked.push(tag) }
</script>`
/** As in Safari and Firefox. */
const without = '<script>delete ServiceWorkerRegistration.prototype.sync</script>'

beforeAll(async () => {
  stage = await startStage('tag-service-worker')
  const { relay, site } = stage
  const tag = tagElement(relay.origin, plugin)
  const importing = `importScripts('${relay.origin}/tag/service-worker.js')`
  site.pages.set('/spartito-worker.js', { html: importing, headers: { 'content-type': 'text/javascript' } })
  site.pages.set('/with', { html: pageOf(noting + tag) })
  site.pages.set('/without', { html: pageOf(without + tag) })
  site.pages.set('/careful', { html: pageOf(noting + tag.replace('opt-out', 'opt-in')) })
})
// a browser for each test: the worker of one would send what another leaves
const visit = async (path: string): Promise<Page> => {
  browser = await stage.openBrowser()
  const page = await browser.context.newPage()
  await page.goto(stage.site.origin + path)
  await untilStoreIsOpen(page)
  return page
}
afterEach(async () => {
  await browser.kill()
  await stage.relay.comeUp().catch(() => undefined)
})
afterAll(() => stage?.end())

const untilWorkerIsReady = (page: Page): Promise<boolean> =>
  page.evaluate(async () => (await navigator.serviceWorker.ready).active !== null)

/** What the browser does when a sync is due: starts the worker and gives it the event. */
const dispatchSync = async (tag: string): Promise<void> => {
  const [blank] = browser.context.pages()
  const session: CDPSession = await browser.context.newCDPSession(blank!)
  const known = new Promise<string>((resolve) =>
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const { registrationId, scopeURL } of registrations)
        if (scopeURL.startsWith(stage.site.origin)) resolve(registrationId)
    }),
  )
  await session.send('ServiceWorker.enable')
  const { origin } = stage.site
  await session.send('ServiceWorker.dispatchSyncEvent', {
    origin,
    registrationId: await known,
    tag,
    lastChance: false,
  })
}

const pagesOfSite = (): Page[] => browser.context.pages().filter((page) => page.url().startsWith(stage.site.origin))

/** Goes offline, tracks, and is gone; the network comes back when nobody is there. */
const leaveOffline = async (page: Page, event: string, count: number): Promise<string[]> => {
  await untilWorkerIsReady(page)
  await browser.context.setOffline(true)
  await stage.relay.goDown()
  await trackMany(page, event, count)
  await page.waitForTimeout(200)
  const asked = await page.evaluate(() => (globalThis as Asking).asked ?? [])
  await page.close()
  expect(copiesOf(stage.relay, event)).toEqual([])
  await browser.context.setOffline(false)
  await stage.relay.comeUp()
  return asked
}

const wanted = 'spartito_wk_test_of_a_browser'

describe('QU1, QU2: what a page has left is sent although no page is there any more', () => {
  test('with Background Sync: asked for when the network goes, sent when it is back, once', async () => {
    const page = await visit('/with')
    const anonymousId = await readAnonymousId(page)
    expect(await leaveOffline(page, 'Left Offline', 250)).toContain(wanted)
    await dispatchSync(wanted)
    expect(await expectStoredOnce(stage, anonymousId, 'Left Offline', 250)).toBe(0)
    expect(pagesOfSite()).toEqual([])
  })

  test('without: the worker is told as the page leaves, and tries for as long as it lives', async () => {
    const page = await visit('/without')
    const anonymousId = await readAnonymousId(page)
    await leaveOffline(page, 'Left Without', 250)
    expect(await expectStoredOnce(stage, anonymousId, 'Left Without', 250)).toBe(0)
    expect(pagesOfSite()).toEqual([])
  })

  test('while another tab is there: they share the lock, and each event is sent once', async () => {
    const page = await visit('/with')
    const other = await browser.context.newPage()
    await other.goto(`${stage.site.origin}/with`)
    await untilStoreIsOpen(other)
    const anonymousId = await readAnonymousId(page)
    stage.relay.busiest = 0
    stage.relay.delayMs = 500
    await leaveOffline(page, 'Left To Two', 250)
    await Promise.all([dispatchSync(wanted), other.evaluate(() => window.spartito!.flush!())])
    expect(await expectStoredOnce(stage, anonymousId, 'Left To Two', 250)).toBe(0)
    expect(stage.relay.busiest).toBe(1)
    stage.relay.delayMs = 0
  })

  test('a collector that asks to wait keeps the events for the next page', async () => {
    const page = await visit('/with')
    const anonymousId = await readAnonymousId(page)
    await leaveOffline(page, 'Left For Later', 20)
    stage.relay.refusal = { status: 503, retryAfter: '600' }
    const before = stage.relay.batches.length
    await dispatchSync(wanted)
    await expect.poll(() => stage.relay.batches.length).toBe(before + 1)
    // it has been told to wait: another sync asks nothing of the collector
    await dispatchSync(wanted)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(stage.relay.batches.length).toBe(before + 1)
    stage.relay.refusal = undefined
    const next = await browser.context.newPage()
    await next.goto(`${stage.site.origin}/with`)
    await expectStoredOnce(stage, anonymousId, 'Left For Later', 20)
  })
})

describe('CO5: before a choice there is no worker and no store, and after a withdrawal nothing is sent', () => {
  test('a worker is registered when the visitor agrees', async () => {
    const page = await visit('/careful')
    await page.evaluate(() => dispatchEvent(new Event('offline')))
    const registrations = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)
    const databases = () => page.evaluate(async () => (await indexedDB.databases()).length)
    await page.waitForTimeout(500)
    expect([await registrations(), await databases()]).toEqual([0, 0])
    expect(await page.evaluate(() => (globalThis as Asking).asked)).toEqual([])
    await page.evaluate(() => void window.spartito!.consent!({ analytics: true }))
    await untilWorkerIsReady(page)
    expect(await registrations()).toBe(1)
  })

  test('what waited when the visitor withdrew is gone', async () => {
    const page = await visit('/with')
    await untilWorkerIsReady(page)
    await stage.relay.goDown()
    await trackMany(page, 'Withdrawn', 10)
    await page.evaluate(() => void window.spartito!.consent!({ analytics: false }))
    await page.waitForTimeout(300)
    await page.close()
    await stage.relay.comeUp()
    await dispatchSync(wanted)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(copiesOf(stage.relay, 'Withdrawn')).toEqual([])
  })
})
