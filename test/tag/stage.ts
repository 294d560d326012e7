import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { type BrowserProcess, startBrowser } from './browser-process.ts'
import { type Relay, startRelay } from './relay.ts'
import { type Site, startSite } from './site.ts'

export interface Stage {
  collector: Spartito
  /** what the tag takes for its collector */
  relay: Relay
  /** pages `/a` and `/b` have the tag, `/bare` has none */
  site: Site
  /** Starts a browser on a new profile. */
  openBrowser(flags?: string[]): Promise<BrowserProcess & { profile: string }>
  /** Starts a browser again, on the profile of one that has ended. */
  reopenBrowser(profile: string): Promise<BrowserProcess>
  /** kill -9 of the collector with all that it runs, and a start on what it had on disk */
  restartCollector(whileDown?: () => Promise<void>): Promise<void>
  end(): Promise<void>
}

/** The tag on a page, as a site writes it: silence means yes. */
export const tagElement = (collector: string, attributes = ''): string =>
  `<script src="${collector}/tag.js" data-write-key="${keys.browser}" data-consent="opt-out" ${attributes}></script>`

/** @param tag before anything else in the page, or nothing */
export const pageOf = (tag: string, rest = ''): string =>
  `<!doctype html><html lang="en"><head><title>a page</title>${tag}</head><body>${rest}</body></html>`

/** A real collector behind a relay, a site with the tag, and browsers on profiles of their own. */
export const startStage = async (name: string): Promise<Stage> => {
  const folder = await makeTempFolder(name)
  let collector = await startSpartito({ folder: folder.path })
  await collector.admin.publish({
    sources: [{ id: 'site', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    purposes: ['analytics'],
  })
  const relay = await startRelay(collector.collector)
  const withTag = { html: pageOf(tagElement(relay.origin)) }
  const site = await startSite({ '/a': withTag, '/b': withTag, '/bare': { html: pageOf('') } })
  const browsers: BrowserProcess[] = []
  const keep = <Started extends BrowserProcess>(browser: Started): Started => {
    browsers.push(browser)
    return browser
  }
  let profiles = 0
  return {
    get collector() {
      return collector
    },
    relay,
    site,
    async openBrowser(flags) {
      const profile = join(folder.path, `profile-${++profiles}`)
      await mkdir(profile)
      return keep({ ...(await startBrowser(profile, flags)), profile })
    },
    reopenBrowser: async (profile) => keep(await startBrowser(profile)),
    async restartCollector(whileDown) {
      await collector.runtime.kill()
      await whileDown?.()
      collector = await startSpartito({ folder: folder.path, port: collector.port })
    },
    async end() {
      await Promise.all(browsers.map((browser) => browser.kill()))
      await Promise.all([site.stop(), relay.goDown(), collector.runtime.stop()])
      await folder.remove()
    },
  }
}
