import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import type { ProfileAnswer } from '../support/administration.ts'
import { type FaultRelay, startFaultRelay } from '../support/fault-relay.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { servePages } from './serve-pages.ts'

/** Somebody new on the page of a client that takes calls, behind a relay of their own. */
export interface Visit {
  context: BrowserContext
  page: Page
  relay: FaultRelay
  userId: string
  /** what the page threw */
  errors: string[]
  anonymousId: string
}

export interface Clients {
  /** @param path of a client's page, such as `/segment?batching` */
  visit(path: string): Promise<Visit>
  leave(visit: Visit): Promise<void>
  profileOf(anonymousId: string): Promise<ProfileAnswer | undefined>
  /** how often a profile has an event of each name */
  countsOf(anonymousId: string): Promise<Record<string, number>>
  stop(): Promise<void>
}

/** A collector, a browser, and a site for each client. */
export const startClients = async (): Promise<Clients> => {
  const folder = await makeTempFolder('clients')
  const [spartito, browser]: [Spartito, Browser] = await Promise.all([
    startSpartito({ folder: folder.path }),
    launchChromium(),
  ])
  await spartito.admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  })
  const pages = await servePages(['segment', 'rudderstack', 'jitsu'], keys.browser)
  let visits = 0
  const profileOf = (anonymousId: string) => spartito.admin.profile({ type: 'anonymous_id', value: anonymousId })
  return {
    async visit(path) {
      const relay = await startFaultRelay(spartito.collector)
      const context = await browser.newContext()
      const page = await context.newPage()
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(String(error)))
      const address = new URL(path, pages.origin)
      address.searchParams.set('collector', relay.origin)
      await page.goto(address.href)
      await page.waitForFunction(() => window.calls !== undefined)
      const anonymousId = (await page.evaluate(() => window.calls!.anonymousId()))!
      expect(anonymousId).toMatch(/.{8}/)
      return { context, page, relay, userId: `user-${++visits}-${Date.now()}`, errors, anonymousId }
    },
    async leave({ context, relay }) {
      await context.close()
      await relay.close()
    },
    profileOf,
    countsOf: async (anonymousId) =>
      Object.fromEntries(
        Object.entries((await profileOf(anonymousId))?.events ?? {}).map(([name, { count }]) => [name, count]),
      ),
    async stop() {
      await pages.close()
      await browser.close()
      await spartito.runtime.stop()
      await folder.remove()
    },
  }
}
