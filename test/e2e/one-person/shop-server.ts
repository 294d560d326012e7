import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AudienceChange } from '@spartito/protocol'
import {
  createServerClient,
  type ServerClient,
  type SigningKey,
  signIdentityToken,
  verifyWebhook,
} from '@spartito/server'
import { keys } from '../../support/keys.ts'

/** Keys of the two sources that people sign in at; the collector knows them by the workspace. */
export const signingKeys = {
  web: { kid: 'web-1', alg: 'HS256', secret: 'a-secret-of-the-web-source-of-32-bytes' },
  app: { kid: 'app-1', alg: 'HS256', secret: 'a-secret-of-the-app-source-of-32-bytes' },
} as const satisfies Record<string, SigningKey>

export interface ShopServer {
  /** as browsers find it, on a site that the collector is of, too */
  site: string
  /** as programs find it */
  api: string
  /** changes of audiences that came by webhooks, each with a good signature */
  heard: AudienceChange[]
  refused: string[]
  spartito: ServerClient
  stop(): Promise<void>
}

const read = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

const pageOf = (collector: string, userId: string | undefined, token: string | undefined): string => `<!doctype html>
  <html lang="en"><head><title>the shop</title>
  <script src="${collector}/tag.identity.js" data-write-key="${keys.browser}" data-consent="opt-in" data-credentials="include"
    data-plugins="live-audiences"></script>
  <script>
    ${token ? `spartito.identify(${JSON.stringify(userId)}, {}, { token: ${JSON.stringify(token)} })` : ''}
    spartito.on('audiences', (ids) => { window.told = ids })
  </script></head><body><a id="open-app" href="/open-app">In the app</a></body></html>`

/** The shop's own server: it signs in, hands the app over, takes goods back, and hears of audiences. Who asks says who they are: that part is played. */
export const startShopServer = async (collector: string, collectorOfPages: string): Promise<ShopServer> => {
  const spartito = createServerClient({ collector, key: keys.server, flushAfterMs: 5 })
  const heard: AudienceChange[] = []
  const refused: string[] = []
  /** what opens the app as somebody, once */
  const codes = new Map<string, string>()

  const answers: Record<string, (request: IncomingMessage, query: URLSearchParams) => Promise<string>> = {
    async '/'(request) {
      const userId = /user=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
      return pageOf(
        collectorOfPages,
        userId,
        userId && (await signIdentityToken(signingKeys.web, { source: 'web', userId })),
      )
    },
    async '/open-app'(request) {
      const code = randomUUID()
      codes.set(code, /user=([\w-]+)/.exec(request.headers.cookie ?? '')![1]!)
      return `shop://order/violin?code=${code}&utm_source=site&utm_campaign=open-app`
    },
    async '/app/sign-in'(_request, query) {
      const userId = codes.get(query.get('code')!)
      if (!userId) throw new Error('no such code')
      codes.delete(query.get('code')!)
      return JSON.stringify({ userId, token: await signIdentityToken(signingKeys.app, { source: 'app', userId }) })
    },
    async '/returns'(_request, query) {
      const userId = query.get('user')!
      await spartito.track({ userId, event: 'Order Returned', properties: { order_id: query.get('order') } })
      return String(await spartito.flush())
    },
    async '/webhooks'(request) {
      const verified = verifyWebhook(await read(request), request.headers, keys.webhook)
      if (verified.ok) heard.push(verified.body as AudienceChange)
      else refused.push(verified.reason)
      return ''
    },
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://shop')
    try {
      const answer = answers[pathname]
      response.writeHead(answer ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
      response.end(await answer?.(request, searchParams))
    } catch (error) {
      response.destroy(error as Error)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    site: `http://shop.localhost:${port}`,
    api: `http://127.0.0.1:${port}`,
    heard,
    refused,
    spartito,
    async stop() {
      await spartito.close(1_000)
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
