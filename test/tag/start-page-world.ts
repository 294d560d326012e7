import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../e2e/chromium.ts'
import type { ProfileAnswer } from '../support/administration.ts'
import { keys } from '../support/keys.ts'
import { startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

export interface WireEvent {
  messageId: string
  type: string
  event?: string
  anonymousId: string
  properties?: Record<string, unknown>
  context: { page: { url: string }; consent: { categoryPreferences: Record<string, boolean> } }
}

/** A page in a browser of its own state, with what it sent and what went wrong in it. */
export interface Visit {
  context: BrowserContext
  page: Page
  events: WireEvent[]
  errors: string[]
  /** what its Content-Security-Policy refused */
  refusals: string[]
  /** when the first batch went out, ms after the page was asked for */
  firstSentMs(): number
}

export interface PageWorld {
  collector: string
  /** the site's origin; it serves `/`, the tag of the package, and the scripts given */
  site: string
  /** What is served from now on: scripts by path, and the page's own markup and headers. */
  serve(html: string, scripts?: Record<string, string>, headers?: Record<string, string>): void
  /** Opens the page in a new browser context. */
  visit(path?: string, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<Visit>
  /** Waits until a profile of this device has come to have all of these events. */
  stored(anonymousId: string, events: string[]): Promise<ProfileAnswer>
  stop(): Promise<void>
}

const dist = (file: string): string =>
  readFileSync(new URL(`../../packages/browser/dist/${file}`, import.meta.url), 'utf8')

export const loader = dist('loader.js')

/** A real collector, a site of one page, and a browser. */
export const startPageWorld = async (): Promise<PageWorld> => {
  const folder = await makeTempFolder('tag')
  const { collector, admin, runtime } = await startSpartito({ folder: folder.path })
  await admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    purposes: ['analytics', 'marketing'],
  })
  let served: Map<string, string> = new Map()
  let pageHeaders: Record<string, string> = {}
  const server = createServer((incoming, answer) => {
    const { pathname } = new URL(incoming.url!, 'http://site')
    const text = served.get(pathname)
    const type = pathname === '/' ? 'text/html' : 'text/javascript'
    answer
      .writeHead(text === undefined ? 404 : 200, {
        'content-type': `${type}; charset=utf-8`,
        ...(pathname === '/' ? pageHeaders : {}),
      })
      .end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser: Browser = await launchChromium()

  return {
    collector,
    site,
    serve(html, scripts = {}, headers = {}) {
      served = new Map([
        ['/', html],
        ['/tag.js', dist('tag.js')],
        ['/index.js', dist('index.js')],
        ...Object.entries(scripts),
      ])
      pageHeaders = headers
    },
    async visit(path = '/', prepare = async () => {}) {
      const context = await browser.newContext()
      await prepare(context)
      const page = await context.newPage()
      const events: WireEvent[] = []
      const errors: string[] = []
      const refusals: string[] = []
      const start = Date.now()
      let firstSentMs = Number.NaN
      context.on('request', (request) => {
        if (!request.url().endsWith('/v1/batch') || request.method() !== 'POST') return
        if (!events[0]) firstSentMs = Date.now() - start
        events.push(...(JSON.parse(request.postData()!) as { batch: WireEvent[] }).batch)
      })
      page.on('pageerror', (error) => errors.push(`${error}`))
      page.on('console', (message) => {
        if (/Content Security Policy|TrustedScript/.test(message.text())) refusals.push(message.text())
      })
      await page.goto(`${site}${path}`)
      return { context, page, events, errors, refusals, firstSentMs: () => firstSentMs }
    },
    async stored(anonymousId, events) {
      for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
        const profile = await admin.profile({ type: 'anonymous_id', value: anonymousId })
        if (profile && events.every((name) => profile.events[name])) return profile
        if (Date.now() > end) throw new Error(`not stored within 10 s: ${events} of ${JSON.stringify(profile?.events)}`)
      }
    },
    async stop() {
      await browser.close()
      server.close()
      server.closeAllConnections()
      await runtime.stop()
      await folder.remove()
    },
  }
}

/** Waits until a page has sent events with all of these names. */
export const sent = async ({ events, page }: Visit, names: string[]): Promise<WireEvent[]> => {
  for (const end = Date.now() + 10_000; ; await page.waitForTimeout(50)) {
    const found = names.map((name) => events.find(({ event, type }) => (event ?? type) === name))
    if (found.every((event) => event !== undefined)) return found
    if (Date.now() > end)
      throw new Error(`not sent within 10 s: ${names} of ${events.map(({ event, type }) => event ?? type)}`)
  }
}
