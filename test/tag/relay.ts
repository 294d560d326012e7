import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export interface RelayedEvent {
  messageId: string
  type: string
  event?: string
  anonymousId: string
  originalTimestamp: number
  properties?: { i?: number }
}

/** One batch that a tag sent. */
export interface RelayedBatch {
  /** epoch ms, when it had arrived */
  at: number
  /** what was answered; undefined while it is under way, and when the connection broke */
  status?: number
  events: RelayedEvent[]
  drops: Record<string, number>
}

/** What is answered instead of the collector's answer. */
export interface Refusal {
  status: number
  retryAfter?: string
}

export interface Relay {
  origin: string
  batches: RelayedBatch[]
  /** while set, batches are refused so */
  refusal: Refusal | undefined
  /** how long a batch is on its way to the collector */
  delayMs: number
  /** the most batches that were under way at once, since it was last set to 0 */
  busiest: number
  /** From now on connections are refused, and open ones are broken off. */
  goDown(): Promise<void>
  comeUp(): Promise<void>
}

const read = async (incoming: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Passes a request on as it is. @returns the status; undefined when the collector broke the connection */
const pass = (incoming: IncomingMessage, body: string, to: ServerResponse, collector: string) =>
  new Promise<number | undefined>((resolve) => {
    const { method, headers, url } = incoming
    const upstream = request(new URL(url!, collector), { method: method!, headers }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(to)
      answer.once('end', () => resolve(answer.statusCode))
      answer.once('close', () => resolve(undefined))
    })
    upstream.once('error', () => {
      to.destroy()
      resolve(undefined)
    })
    upstream.end(body)
  })

/** Stands before a real collector: keeps what tags send, and can refuse, delay or go down as a network does. */
export const startRelay = async (collector: string): Promise<Relay> => {
  let underWay = 0

  const takeBatch = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await read(incoming)
    const { batch, drops = {} } = JSON.parse(body) as { batch: RelayedEvent[]; drops?: Record<string, number> }
    const entry: RelayedBatch = { at: Date.now(), events: batch, drops }
    relay.batches.push(entry)
    relay.busiest = Math.max(relay.busiest, ++underWay)
    try {
      if (relay.delayMs) await wait(relay.delayMs)
      if (relay.refusal) {
        const { status, retryAfter } = relay.refusal
        const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' }
        answer.writeHead(status, { ...cors, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) }).end()
        entry.status = status
      } else {
        const status = await pass(incoming, body, answer, collector)
        if (status !== undefined) entry.status = status
      }
    } finally {
      underWay--
    }
  }

  const server = createServer(async (incoming, answer) => {
    try {
      if (incoming.method === 'POST') await takeBatch(incoming, answer)
      else await pass(incoming, '', answer, collector)
    } catch {
      // a page that is gone breaks its request off: what came in part is no batch
      answer.destroy()
    }
  })
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const relay: Relay = {
    origin: `http://127.0.0.1:${port}`,
    batches: [],
    refusal: undefined,
    delayMs: 0,
    busiest: 0,
    async goDown() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    comeUp: () => listen(port),
  }
  return relay
}
