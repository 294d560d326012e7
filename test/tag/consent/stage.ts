import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { launchChromium } from '../../e2e/chromium.ts'
import { keys } from '../../support/keys.ts'
import { type Spartito, startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { type Kept, readKept } from './what-is-kept.ts'

export type Start = 'opt-in' | 'opt-out' | 'granted'

export interface SentEvent {
  type: string
  event?: string
  anonymousId: string
  originalTimestamp: number
  properties?: Record<string, unknown>
  context: { consent: { categoryPreferences: Record<string, boolean> } }
}

export interface Tab {
  page: Page
  session: CDPSession
  /** every request to the collector, as the browser's protocol shows it */
  requests: string[]
  /** the events in them */
  sent: SentEvent[]
  /** uncaught errors of the page */
  errors: string[]
  kept(): Promise<Kept>
}

export interface PageOptions {
  start?: Start
  /** how it starts is left to the collector, which knows the law of the source */
  isRegional?: boolean
  /** the plugin that the tag is to load, and its settings beside those of the tag */
  plugin?: string
  settings?: Record<string, string>
  /** what stands before the tag */
  head?: string
  body?: string
  headers?: Record<string, string>
}

export interface Visitor {
  context: BrowserContext
  open(options: PageOptions): Promise<Tab>
  close(): Promise<void>
}

export interface Stage {
  collector: Spartito
  origin: string
  visitor(options?: Parameters<Browser['newContext']>[0]): Promise<Visitor>
  end(): Promise<void>
}

const writeKeys: Record<Start, string> = {
  'opt-in': keys.browser,
  'opt-out': `${keys.browser}_out`,
  granted: `${keys.browser}_granted`,
}
const purposes = 'analytics marketing'

const attributes = (data: Record<string, string>): string =>
  Object.entries(data)
    .map(([name, value]) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}='${value}'`)
    .join(' ')

const write = (
  collector: string,
  { start = 'opt-in', isRegional = false, plugin, settings, head = '', body = '' }: PageOptions,
): string => {
  const data = {
    writeKey: writeKeys[start],
    ...(!isRegional && { consent: start }),
    purposes,
    credentials: 'include',
    ...(plugin && { plugins: plugin }),
    ...settings,
  }
  const path = isRegional ? `tag.region.js?writeKey=${writeKeys[start]}` : 'tag.js'
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
    <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">${head}
    <script nonce="once" src="${collector}/${path}" ${attributes(data)}></script></head><body>${body}</body></html>`
}

/** @param scripts of the site, by path */
const serve = async (
  pages: Map<string, { html: string; headers: Record<string, string> }>,
  scripts: Map<string, string>,
) => {
  const server = createServer((incoming, answer) => {
    const { pathname } = new URL(incoming.url!, 'http://site')
    const script = scripts.get(pathname)
    const page = pages.get(pathname)
    if (script !== undefined) answer.setHeader('content-type', 'text/javascript; charset=utf-8').end(script)
    else if (page) answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html)
    else answer.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const openTab = async (context: BrowserContext, collector: string, origin: string, url: string): Promise<Tab> => {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const requests: string[] = []
  const sent: SentEvent[] = []
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  session.on('Network.requestWillBeSent', ({ request }) => {
    if (!request.url.startsWith(collector)) return
    requests.push(`${request.method} ${request.url.slice(collector.length)}`)
    if (request.postData) sent.push(...JSON.parse(request.postData).batch)
  })
  await session.send('Network.enable')
  await session.send('DOMStorage.enable')
  await session.send('IndexedDB.enable')
  await page.goto(url)
  return { page, session, requests, sent, errors, kept: () => readKept(session, origin) }
}

/** A real collector, a website with the tag, and one browser for as many visitors as a file of tests has. */
export const startStage = async (scripts = new Map<string, string>()): Promise<Stage> => {
  const folder = await makeTempFolder('consent')
  const [collector, browser] = await Promise.all([startSpartito({ folder: folder.path }), launchChromium()])
  const pages = new Map<string, { html: string; headers: Record<string, string> }>()
  const server = await serve(pages, scripts)
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await collector.admin.publish({
    sources: (['opt-in', 'opt-out', 'granted'] as const).map((start) => ({
      id: start,
      kind: 'browser',
      writeKey: writeKeys[start],
      origins: [origin],
      consent: { policy: start === 'opt-out' ? start : 'opt-in' },
      collect: ['analytics'],
    })),
    purposes: ['analytics', 'marketing'],
  })
  return {
    collector,
    origin,
    async visitor(options) {
      const context = await browser.newContext(options)
      return {
        context,
        async open(page) {
          const path = `/${pages.size}`
          pages.set(path, { html: write(collector.collector, page), headers: page.headers ?? {} })
          const tab = await openTab(context, collector.collector, origin, `${origin}${path}`)
          // the tag imports it too, and was first
          if (page.plugin)
            await tab.page.evaluate(`import('${collector.collector}/tag/${page.plugin}.js').then(() => undefined)`)
          return tab
        },
        close: () => context.close(),
      }
    },
    async end() {
      await browser.close()
      server.close()
      server.closeAllConnections()
      await collector.runtime.stop()
      await folder.remove()
    },
  }
}
