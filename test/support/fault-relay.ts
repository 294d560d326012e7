import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that came by. */
export interface Relayed {
  /** epoch ms, when it had arrived */
  at: number
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: Buffer
  /** what was answered; undefined while it is under way */
  status?: number
}

/** What is answered instead of the collector's answer; with the collector's own headers, as it answers a temporary fault itself. */
export interface Refusal {
  status: 429 | 503
  retryAfterSeconds?: number
}

export interface FaultRelay {
  origin: string
  /** everything that came, in its order */
  requests: Relayed[]
  /** the next so many requests that bring events are refused, those after them pass again */
  refuseNext(times: number, refusal: Refusal): void
  /** how many of them are left */
  readonly refusalsLeft: number
  /** From now on connections are refused, and open ones are broken off. */
  goDown(): Promise<void>
  comeUp(): Promise<void>
  close(): Promise<void>
}

const read = async (incoming: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** What clients say of themselves brings no events. */
const bringsEvents = ({ method, path }: Relayed): boolean => method === 'POST' && !/\/(m|rsaMetrics)$/.test(path)

/** Stands before a real collector, passes on every request as it is, and fails as a collector or a network does when it is told to. */
export const startFaultRelay = async (collector: string): Promise<FaultRelay> => {
  const requests: Relayed[] = []
  let refusal: Refusal = { status: 503 }
  let refusalsLeft = 0

  const pass = (relayed: Relayed, answer: ServerResponse): void => {
    const { method, path, headers, body } = relayed
    const upstream = request(new URL(path, collector), { method, headers }, (its) => {
      relayed.status = its.statusCode!
      answer.writeHead(its.statusCode!, its.headers)
      its.pipe(answer)
    })
    upstream.once('error', () => answer.destroy())
    upstream.end(body)
  }

  const refuse = (relayed: Relayed, answer: ServerResponse): void => {
    const { status, retryAfterSeconds } = refusal
    refusalsLeft--
    relayed.status = status
    answer.writeHead(status, {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'retry-after',
      'content-type': 'application/json',
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    })
    answer.end('{"success":false,"code":"unavailable","message":"later"}')
  }

  const server = createServer(async (incoming, answer) => {
    try {
      const body = await read(incoming)
      const { method = '', url = '', headers } = incoming
      const relayed: Relayed = { at: Date.now(), method, path: url, headers, body }
      requests.push(relayed)
      if (bringsEvents(relayed) && refusalsLeft > 0) refuse(relayed, answer)
      else pass(relayed, answer)
    } catch {
      // Who has gone away broke the request off: there is nobody to answer.
      answer.destroy()
    }
  })
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const goDown = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    refuseNext(times, its) {
      refusal = its
      refusalsLeft = times
    },
    get refusalsLeft() {
      return refusalsLeft
    },
    goDown,
    comeUp: () => listen(port),
    close: goDown,
  }
}
