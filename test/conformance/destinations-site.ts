import type { Event } from '@spartito/protocol'
import { afterAll, beforeAll, expect } from 'vitest'
import { type JsonReceiver, startJsonReceiver } from '../support/json-receiver.ts'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'
import { destinationsWorkspace } from './destinations-workspace.ts'

/** What an API says that is nobody's business. */
export const secretAnswer = 'the answer is not to be shown'

let folder: TempFolder
export let spartito: Spartito
export let hook: WebhookReceiver
let gone: WebhookReceiver
export let api: JsonReceiver

/** Asks the administration. */
export const ask = async (path: string, init: RequestInit = {}, token: string = keys.admin) => {
  const response = await fetch(`${spartito.collector}/admin/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await response.text()
  return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> }
}

/** Sends one event of a visitor. */
export const send = async (event: object, userAgent = 'Mozilla/5.0 Firefox/130.0'): Promise<void> => {
  const response = await fetch(`${spartito.collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(keys.browser), 'user-agent': userAgent },
    body: JSON.stringify({ batch: [{ type: 'track', event: 'Order Completed', ...event }] }),
  })
  expect(response.status).toBe(200)
}

/** The events of a visitor that the webhook heard of, in order of arrival. */
export const eventsOf = (anonymousId: string): Event[] =>
  hook.arrivals.map(({ body }) => JSON.parse(body) as Event).filter((event) => event.anonymousId === anonymousId)

/** Starts a collector with a destination of each kind that can be tried on loopback, for the tests of one file. */
export const useDestinations = (): void => {
  beforeAll(async () => {
    folder = await makeTempFolder('conformance-destinations')
    hook = await startWebhookReceiver({ secret: keys.webhook })
    gone = await startWebhookReceiver({ secret: keys.webhook, answer: () => 410 })
    api = await startJsonReceiver(({ url }) =>
      url === '/refused' ? [422, `{"error":"${secretAnswer}"}`] : [200, '{}'],
    )
    spartito = await startSpartito({
      folder: folder.path,
      eventsBatchSeconds: 1,
      vars: { TEST_GOOGLE_SECRET: 'a value that is nobody’s', TEST_WEAK_SECRET: 'password' },
    })
    const origins = { collector: spartito.collector, hook: hook.origin, gone: gone.origin, api: api.origin }
    await spartito.admin.publish(destinationsWorkspace(origins))
    // Longer than an isolate uses an old one.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  })

  afterAll(async () => {
    await spartito?.runtime.stop()
    for (const receiver of [hook, gone, api]) await receiver?.stop()
    await folder?.remove()
  })
}
