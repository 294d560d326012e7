import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What a request meets on its way; `lost`: the collector has taken it, and its answer does not arrive. */
export type WayFault = 'cut' | 'lost' | { status: number; headers?: Record<string, string> }

export interface FaultProxy {
  origin: string
  /** what the next requests meet, one each; those after them pass */
  faults: WayFault[]
  /** how many requests have come */
  requests(): number
  close(): Promise<void>
}

/** A way to a collector on which things go wrong. */
export const startFaultProxy = async (collector: string): Promise<FaultProxy> => {
  const faults: WayFault[] = []
  let requests = 0
  const forward = async (path: string, headers: HeadersInit, body: Buffer, answer: ServerResponse | undefined) => {
    const response = await fetch(new URL(path, collector), { method: 'POST', headers, body: new Uint8Array(body) })
    const text = await response.text()
    answer?.writeHead(response.status, { 'content-type': 'application/json' }).end(text)
  }
  const server = createServer(async (request, response) => {
    requests++
    const fault = faults.shift()
    // The importer may be killed while it sends.
    const body = await buffer(request).catch(() => undefined)
    if (body === undefined) return
    if (fault === 'cut') return request.socket.destroy()
    if (typeof fault === 'object') {
      const told = JSON.stringify({ success: false, code: 'unavailable', message: 'not now' })
      return void response.writeHead(fault.status, fault.headers).end(told)
    }
    const { authorization = '' } = request.headers
    await forward(request.url!, { authorization }, body, fault === 'lost' ? undefined : response)
    if (fault === 'lost') request.socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests: () => requests,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
