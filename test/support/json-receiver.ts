import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readRequest } from './read-request.ts'

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
    const body = await readRequest(request)
    if (body === undefined) return
    const { method = '', url = '', headers } = request
    const arrival = { method, url, headers, body: body === '' ? null : (JSON.parse(body) as unknown) }
    arrivals.push(arrival)
    const [status, answered] = answer(arrival)
    response.writeHead(status, { 'content-type': 'application/json' }).end(answered)
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
