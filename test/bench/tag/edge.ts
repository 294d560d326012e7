import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { marksIn } from './marks.ts'

export interface Answer {
  status: number
  headers?: Record<string, string>
  body: string
}

/** Answers what is asked of a tag's server. Called when a request has arrived whole. */
export type Answers = (request: {
  method: string
  path: string
  origin: string
  body: Buffer
}) => Promise<Answer> | Answer

export interface Edge {
  origin: string
  /** how often each event was answered with a 2xx */
  taken: Map<string, number>
  /** how often each event arrived, whatever was answered */
  arrived: Map<string, number>
  /** when an event arrived last, epoch ms */
  lastAt: number
  /** the way there and back, in ms; a new connection costs one more */
  latencyMs: number
  /** answers 503 to whatever is posted */
  isUnavailable: boolean
  /** refuses connections, and breaks those that are open */
  refuse(): Promise<void>
  /** takes connections again, at the same address */
  accept(): Promise<void>
  stop(): Promise<void>
}

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const corsHeaders = (request: IncomingMessage): Record<string, string> => ({
  'access-control-allow-origin': request.headers.origin ?? '*',
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
  'access-control-max-age': '600',
})

const countIn = (counts: Map<string, number>, marks: readonly string[]): void => {
  for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1)
}

/**
 * The server that one tag sends to, on loopback: as far away as it is told, and out of order when it is told. Counts the
 * events that it takes.
 */
export const startEdge = async (answers: Answers): Promise<Edge> => {
  const known = new WeakSet<Socket>()

  /** Lets a request arrive as late as it would over the network. @returns whether it has arrived */
  const arrive = async (request: IncomingMessage): Promise<boolean> => {
    const isFirst = !known.has(request.socket)
    known.add(request.socket)
    // while a connection is being made nothing has been sent: who gives up then has sent nothing
    if (isFirst) await wait(edge.latencyMs)
    if (request.socket.destroyed) return false
    await wait(edge.latencyMs / 2)
    return true
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await read(request)
    if (!(await arrive(request))) return
    const { method = 'GET', url = '/' } = request
    const origin = request.headers.origin ?? ''
    const send = async ({ status, headers, body }: Answer): Promise<void> => {
      await wait(edge.latencyMs / 2)
      response.writeHead(status, { ...corsHeaders(request), ...headers }).end(body)
    }
    const marks = marksIn(body)
    if (marks.length > 0) edge.lastAt = Date.now()
    countIn(edge.arrived, marks)
    if (method === 'OPTIONS') return send({ status: 204, body: '' })
    if (method === 'POST' && edge.isUnavailable) return send({ status: 503, body: '' })
    const answered = await answers({ method, path: url, origin, body })
    if (answered.status >= 200 && answered.status < 300) countIn(edge.taken, marks)
    return send(answered)
  }

  const server = createServer((request, response) => {
    // who leaves breaks its requests off: that is what is measured, and no fault of the bench
    answer(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 30_000
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const port = await listen(0)
  const edge: Edge = {
    origin: `http://127.0.0.1:${port}`,
    taken: new Map(),
    arrived: new Map(),
    lastAt: 0,
    latencyMs: 0,
    isUnavailable: false,
    refuse: close,
    accept: async () => void (await listen(port)),
    stop: close,
  }
  return edge
}
