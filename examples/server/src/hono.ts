import { verifyWebhook, visitorOf } from '@spartito/server'
import { Hono } from 'hono'
import { openShop, type Settings, signedIn } from './shop.ts'

/** The same in Hono: on Node, Deno and Bun as it stands; in a Worker open the shop in each request. */
export const createHonoApp = (settings: Settings): { app: Hono; close(): Promise<unknown> } => {
  const { spartito, tokenFor } = openShop(settings)
  const app = new Hono()

  app.get('/token', async (c) => {
    const userId = signedIn(c.req.header('cookie'))
    return userId ? c.json({ userId, token: await tokenFor(userId) }) : c.body(null, 401)
  })

  app.post('/orders', async (c) => {
    const userId = signedIn(c.req.header('cookie'))
    const visitor = visitorOf(c.req.header('cookie'))
    void spartito.track({
      ...(userId && { userId }),
      ...(visitor && { anonymousId: visitor.anonymousId }),
      event: 'Order Completed',
      properties: await c.req.json(),
    })
    return c.body(null, 202)
  })

  app.get('/offer', async (c) => {
    const userId = signedIn(c.req.header('cookie'))
    const profile = userId ? await spartito.profile('user_id', userId) : undefined
    return c.json({ isBuyer: profile?.audiences.includes('buyers') ?? false })
  })

  app.get('/outlet', async (c) => {
    const visitor = visitorOf(c.req.header('cookie'))
    const [address, userAgent] = ['https://outlet.example/', c.req.header('user-agent') ?? '']
    const { source } = settings
    return c.redirect(visitor ? await spartito.link(address, { ...visitor, source, userAgent }) : address)
  })

  app.post('/webhooks', async (c) => {
    const webhook = verifyWebhook(await c.req.text(), c.req.raw.headers, settings.webhookSecret)
    if (webhook.ok) console.log(webhook.id, webhook.body.type)
    return c.body(null, webhook.ok ? 204 : 400)
  })

  return { app, close: () => spartito.close() }
}
