import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request that an API took. */
export interface JsonArrival {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: unknown
}

export interface JsonReceiver {
  origin: string
  arrivals: JsonArrival[]
  stop(): Promise<void>
}

/** An API on loopback that takes JSON and keeps what arrived. @param answer the status and body of each answer */
export const startJsonReceiver = async (
  answer: (arrival: JsonArrival) => [status: number, body: string] = () => [200, '{}'],
): Promise<JsonReceiver> => {
  const arrivals: JsonArrival[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const { method = '', url = '', headers } = request
    const arrival = { method, url, headers, body: text === '' ? null : (JSON.parse(text) as unknown) }
    arrivals.push(arrival)
    const [status, body] = answer(arrival)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
