import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../e2e/chromium.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

export interface TwoSites {
  spartito: Spartito
  browser: Browser
  /** pages of the two sites, each with its own name for the collector: `http://site-a.localhost:…` */
  a: string
  b: string
  /** what the server serves at every host, by path; a page's text is put together at each request */
  pages: Map<string, (host: string) => string>
  /** the collector as a host's pages name it, so that its cookies are of the same site */
  collectorOf(host: string): string
  end(): Promise<void>
}

/** The tag as a site writes it, with cookies for its collector. */
export const tagOf = (collector: string, attributes = 'data-consent="opt-out"'): string =>
  `<script src="${collector}/tag.js" data-write-key="${keys.browser}" data-credentials="include" ${attributes}></script>`

export const html = (head: string, body = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>a page</title>${head}</head><body>${body}</body></html>`

/** One collector and one browser, and two sites of one owner on hostnames that share no cookie. */
export const startTwoSites = async (audiences: object[] = []): Promise<TwoSites> => {
  const folder = await makeTempFolder('two-sites')
  const pages: TwoSites['pages'] = new Map()
  const server = createServer((incoming, answer) => {
    const { pathname, hostname } = new URL(incoming.url!, `http://${incoming.headers.host}`)
    const page = pages.get(pathname)
    answer.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(page?.(hostname))
  })
  server.listen(0, '127.0.0.1')
  const [spartito, browser] = await Promise.all([
    startSpartito({ folder: folder.path }),
    launchChromium(),
    once(server, 'listening'),
  ])
  const { port } = server.address() as AddressInfo
  const [a, b] = ['a', 'b'].map((name) => `http://site-${name}.localhost:${port}`) as [string, string]
  await spartito.admin.publish({
    sources: [
      { id: 'site', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' }, origins: [a, b] },
      { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
    ],
    purposes: ['analytics'],
    audiences: audiences as [],
  })
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  return {
    spartito,
    browser,
    a,
    b,
    pages,
    collectorOf: (host) => `http://collect.${host}:${spartito.port}`,
    async end() {
      await browser.close()
      server.close()
      server.closeAllConnections()
      await spartito.runtime.stop()
      await folder.remove()
    },
  }
}

/** What the tag keeps on the device of its visitor. */
export const deviceOf = (page: Page): Promise<{ anonymousId?: string } | null> =>
  page.evaluate(() => JSON.parse(localStorage.getItem('spartito') ?? 'null'))
