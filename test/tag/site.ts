import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SitePage {
  html: string
  headers?: Record<string, string>
}

export interface Site {
  origin: string
  port: number
  /** by path */
  pages: Map<string, SitePage>
  stop(): Promise<void>
}

/** A website of a few pages on an origin of its own. */
export const startSite = async (pages: Record<string, SitePage> = {}): Promise<Site> => {
  const served = new Map(Object.entries(pages))
  const server = createServer((incoming, answer) => {
    const { html, headers } = served.get(new URL(incoming.url!, 'http://site').pathname) ?? { html: '' }
    answer.writeHead(html ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    pages: served,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
