import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signIdentityToken } from '@spartito/server'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { launchChromium } from '../e2e/chromium.ts'
import { keys } from '../support/keys.ts'
import { receiverDestination } from '../support/receiver-destination.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

const identityKey = { kid: 'k1', alg: 'HS256', secret: 'an-identity-secret-of-32-bytes-or-more' } as const

/** A shop whose visitors sign in and ask for their rights, its collector, and the tool that hears of its audiences. */
export interface RightsSite {
  spartito: Spartito
  /** where the runtime keeps what it keeps */
  folder: string
  receiver: WebhookReceiver
  open(): Promise<Visit>
  /** what the shop's server signs for who has signed in */
  tokenOf(userId: string): Promise<string>
  stop(): Promise<void>
}

/** A browser of somebody's own. */
export interface Visit {
  context: BrowserContext
  page: Page
  /** bodies of the batches that were sent */
  batches: { batch: { event?: string; type: string; originalTimestamp: number }[] }[]
  errors: string[]
}

const pageOf = (
  collector: string,
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>a shop</title>
<script src="${collector}/tag.identity.js" data-write-key="${keys.browser}" data-collector="${collector}" data-consent="opt-in"
  data-purposes="analytics marketing" data-collect="analytics" data-credentials="include"></script>
<script type="module">
  // a part of the account page alone: the tag has nothing of it
  window.rightsOfMine = async () =>
    (await import('${collector}/tag/rights.js')).default(window.spartito, {
      writeKey: '${keys.browser}', collector: '${collector}', credentials: 'include',
    })
</script>`

const isBatch = (request: Request): boolean => request.method() === 'POST' && request.url().endsWith('/v1/batch')

/** @param forget how long a person may think better of it, such as `PT1S` */
export const startRightsSite = async (forget: string): Promise<RightsSite> => {
  const folder = await makeTempFolder('rights')
  let collector = ''
  const server = createServer((_incoming, answer) =>
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pageOf(collector)),
  )
  server.listen(0, '127.0.0.1')
  const [spartito, browser, receiver]: [Spartito, Browser, WebhookReceiver, unknown] = await Promise.all([
    startSpartito({ folder: folder.path }),
    launchChromium(),
    startWebhookReceiver({ secret: keys.webhook }),
    once(server, 'listening'),
  ])
  collector = spartito.collector
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await spartito.admin.publish({
    sources: [
      {
        id: 'web',
        kind: 'browser',
        writeKey: keys.browser,
        origins: [site],
        collect: ['analytics'],
        identityKeys: [identityKey],
        rights: { export: true, forget },
      },
      { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
    ],
    purposes: ['analytics', 'marketing'],
    identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
    audiences: [{ id: 'viewers', expose: true, purposes: ['marketing'], when: { event: 'Product Viewed' } }],
    destinations: [receiverDestination(receiver.origin)],
  })
  // Every isolate has it then.
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  return {
    spartito,
    folder: folder.path,
    receiver,
    async open() {
      const context = await browser.newContext()
      const page = await context.newPage()
      const visit: Visit = { context, page, batches: [], errors: [] }
      context.on('request', (request) => {
        if (isBatch(request)) visit.batches.push(JSON.parse(request.postData()!))
      })
      page.on('pageerror', (error) => visit.errors.push(String(error)))
      await page.goto(site)
      return visit
    },
    tokenOf: (userId) => signIdentityToken(identityKey, { source: 'web', userId }),
    async stop() {
      await browser.close()
      await receiver.stop()
      server.close()
      server.closeAllConnections()
      await spartito.runtime.stop()
      await folder.remove()
    },
  }
}
