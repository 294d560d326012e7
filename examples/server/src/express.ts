import { verifyWebhook, visitorOf } from '@spartito/server'
import express, { type Express } from 'express'
import { openShop, type Settings, signedIn } from './shop.ts'

/** The shop's server in Express. */
export const createExpressApp = (settings: Settings): { app: Express; close(): Promise<unknown> } => {
  const { spartito, tokenFor } = openShop(settings)
  const app = express()

  // what the page hands to the tag: spartito.identify(userId, {}, { token })
  app.get('/token', async (request, response) => {
    const userId = signedIn(request.headers.cookie)
    if (userId) response.json({ userId, token: await tokenFor(userId) })
    else response.sendStatus(401)
  })

  // what the server knows best; of the visitor of the page, too
  app.post('/orders', express.json(), (request, response) => {
    const userId = signedIn(request.headers.cookie)
    const visitor = visitorOf(request.headers.cookie)
    void spartito.track({
      ...(userId && { userId }),
      ...(visitor && { anonymousId: visitor.anonymousId }),
      event: 'Order Completed',
      properties: request.body,
    })
    response.sendStatus(202)
  })

  app.get('/offer', async (request, response) => {
    const userId = signedIn(request.headers.cookie)
    const profile = userId ? await spartito.profile('user_id', userId) : undefined
    response.json({ isBuyer: profile?.audiences.includes('buyers') ?? false })
  })

  // to another of your domains, as the same visitor
  app.get('/outlet', async (request, response) => {
    const visitor = visitorOf(request.headers.cookie)
    const [address, userAgent] = ['https://outlet.example/', request.headers['user-agent'] ?? '']
    const { source } = settings
    response.redirect(visitor ? await spartito.link(address, { ...visitor, source, userAgent }) : address)
  })

  // text, not JSON: the signature is over the bytes
  app.post('/webhooks', express.text({ type: '*/*' }), (request, response) => {
    const webhook = verifyWebhook(request.body, request.headers, settings.webhookSecret)
    if (webhook.ok) console.log(webhook.id, webhook.body.type)
    response.sendStatus(webhook.ok ? 204 : 400)
  })

  return { app, close: () => spartito.close() }
}
