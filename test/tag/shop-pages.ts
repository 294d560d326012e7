import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'

let folder: TempFolder
let spartito: Spartito
let browser: Browser
let site: Server
let origin: string
const pages = new Map<string, string>()

/** A site with a collector and a browser, for the tests of one file. */
export const withShop = (): void => {
  beforeAll(async () => {
    folder = await makeTempFolder('data-layer')
    ;[spartito, browser] = await Promise.all([startSpartito({ folder: folder.path }), launchChromium()])
    await spartito.admin.publish({
      sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    })
    site = createServer(({ url }, answer) => {
      answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pages.get(url!.slice(1)) ?? '')
    }).listen(0, '127.0.0.1')
    await once(site, 'listening')
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  })

  afterAll(async () => {
    await browser?.close()
    site?.close()
    await spartito?.runtime.stop()
    await folder?.remove()
  })
}

interface Parts {
  /** scripts of the page that run before the tag is there, and after it and its plugins */
  before?: string
  after?: string
  plugins?: string[]
  attributes?: string
}

/** A page with the tag and plugins, as a site writes it; its own scripts are text, as they are on sites. */
export const open = async ({ before = '', after = '', plugins = [], attributes = '' }: Parts): Promise<Page> => {
  const path = `p${pages.size}`
  const { collector } = spartito
  pages.set(
    path,
    `<!doctype html><title>Shop</title><script>${before}</script>
    <script id="tag" src="${collector}/tag.js" data-write-key="${keys.browser}" data-consent="opt-out" ${attributes}></script>
    <script type="module">
      for (const name of ${JSON.stringify(plugins)})
        (await import('${collector}/tag/' + name + '.js')).default(window.spartito, { ...document.getElementById('tag').dataset })
      ${after}
      document.title = 'done'
    </script>`,
  )
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const errors: Error[] = []
  page.on('pageerror', (error) => errors.push(error))
  onTestFinished(() => expect(errors).toEqual([]))
  await page.goto(`${origin}/${path}`)
  await page.waitForFunction(() => document.title === 'done', undefined, { timeout: 10_000 })
  return page
}

export const visitorOf = async (page: Page) => {
  await page.evaluate(() => (window as unknown as { spartito: { flush(): Promise<void> } }).spartito.flush())
  const value = await page.evaluate(() => JSON.parse(localStorage.getItem('spartito')!).anonymousId as string)
  return spartito.admin.profile({ type: 'anonymous_id', value })
}

/** What the collector has stored of the page's visitor: each event's name and properties, in order. */
export const stored = async (page: Page): Promise<[name: string | undefined, properties: unknown][]> => {
  const profile = await visitorOf(page)
  const events = (profile?.recent ?? []) as { type: string; event?: string; properties?: unknown; messageId: string }[]
  return events
    .filter(({ type }) => type === 'track')
    .sort((a, b) => (a.messageId < b.messageId ? -1 : 1))
    .map(({ event, properties }) => [event, properties])
}

/** Goes to another address of a single-page application, and leaves a moment for who looks on. */
export const navigate = async (page: Page, script: string): Promise<void> => {
  await page.evaluate(script)
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)))
}
