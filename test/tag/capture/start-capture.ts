import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Event } from '@spartito/protocol'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type {} from '../../../packages/browser/src/browser-globals.ts'
import { chromiumArgs, findChromium } from '../../e2e/chromium.ts'
import { keys } from '../../support/keys.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'

/** An event as the tests compare it: its name and properties. */
export type Told = [event: string, properties: Record<string, unknown>]

export interface Visit {
  context: BrowserContext
  page: Page
  /** uncaught errors of the page */
  errors: string[]
  /** what the page has sent to the collector */
  bodies: string[]
  /**
   * What the collector has stored of this visitor's `track` calls, in their order. It tracks one more event and waits for it, so all that was
   * tracked before is there.
   */
  told(): Promise<Told[]>
  /** the same, whole */
  events(): Promise<Event[]>
}

export interface PageOptions {
  /** a script that runs before the tag */
  first?: string
  consent?: 'opt-in' | 'opt-out'
}

export interface Site {
  /** the site's origin */
  origin: string
  /** the same pages on another host */
  elsewhere: string
  collector: string
  /**
   * A page with the tag and plugins.
   *
   * @param plugins by name, with their settings
   * @returns its path
   */
  page(path: string, body: string, plugins?: Record<string, Record<string, string>>, options?: PageOptions): string
  /** another file of the site */
  file(path: string, text: string): void
  visit(): Promise<Visit>
  /** how many events of a name the collector has of an anonymousId */
  countOf(anonymousId: string, event: string): Promise<number>
  end(): Promise<void>
}

const sentinel = 'Asked'

/** A real collector, a site whose pages take the tag and the plugins from it, and a browser with a back/forward cache. */
export const startCapture = async (): Promise<Site> => {
  const folder = await makeTempFolder('capture')
  const pages = new Map<string, string>()
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url!, 'http://site')
    const html = pages.get(pathname)
    if (pathname.startsWith('/files/')) response.setHeader('content-disposition', 'attachment')
    const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8'
    // what is not there changes no page: links, forms and downloads can be tried without leaving
    response.writeHead(html === undefined ? 204 : 200, { 'content-type': type }).end(html)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { executablePath, env } = await findChromium()
  const [{ collector, admin, runtime }, browser] = await Promise.all([
    startSpartito({ folder: folder.path }),
    chromium.launch({ executablePath, env, args: chromiumArgs, ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  ])
  await admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  })

  const visit = async (): Promise<Visit> => {
    const context = await browser.newContext({ viewport: { width: 1_000, height: 800 } })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const errors: string[] = []
    const bodies: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('request', (request) => {
      if (request.url().startsWith(collector)) bodies.push(request.postData() ?? '')
    })
    let asked = 0
    const events = async (): Promise<Event[]> => {
      const last = `${sentinel} ${++asked}`
      const value = await page.evaluate((event) => {
        window.spartito!.track!(event)
        void window.spartito!.flush!()
        return JSON.parse(localStorage.spartito).anonymousId as string
      }, last)
      let stored: Event[] = []
      await expect
        .poll(
          async () => {
            stored = (await admin.profile({ type: 'anonymous_id', value }))?.recent ?? []
            return stored.some(({ event }) => event === last)
          },
          { timeout: 10_000, interval: 100 },
        )
        .toBe(true)
      // by the order of the calls: times are corrected request by request, by what each took on its way
      return stored.sort((a, b) => (a.messageId < b.messageId ? -1 : 1))
    }
    return {
      context,
      page,
      errors,
      bodies,
      events,
      told: async () =>
        (await events())
          .filter(({ type, event }) => type === 'track' && !event!.startsWith(sentinel))
          .map(({ event, properties }) => [event as string, properties as Told[1]]),
    }
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    elsewhere: `http://localhost:${port}`,
    collector,
    file: (path, text) => void pages.set(path, text),
    page(path, body, plugins = {}, { first = '', consent = 'opt-out' } = {}) {
      const imports = Object.entries(plugins).map(
        ([name, settings]) =>
          `import ${name} from '${collector}/tag/${name}.js'; ${name}(window.spartito, ${JSON.stringify(settings)});`,
      )
      pages.set(
        path,
        `<!doctype html><title>${path}</title>${first && `<script>${first}</script>`}
        <script src="${collector}/tag.js" data-write-key="${keys.browser}" data-consent="${consent}"></script>
        <script type="module">${imports.join('\n')} window.isReady = true</script>
        <body>${body}`,
      )
      return path
    },
    visit,
    countOf: async (value, event) => (await admin.profile({ type: 'anonymous_id', value }))?.events[event]?.count ?? 0,
    async end() {
      await browser.close()
      server.closeAllConnections()
      server.close()
      await runtime.stop()
      await folder.remove()
    },
  }
}

/** Goes to a page and waits for its plugins. */
export const open = async ({ page }: Visit, address: string): Promise<void> => {
  await page.goto(address)
  await page.waitForFunction(() => 'isReady' in window)
}
