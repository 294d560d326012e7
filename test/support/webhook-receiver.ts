import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AudienceChange } from '@spartito/protocol'
import { Webhook } from 'standardwebhooks'

/** One request that arrived. */
export interface Arrival {
  /** the header `webhook-id` */
  id: string
  body: string
  change: AudienceChange
  /** epoch ms */
  at: number
  /** what was answered */
  status: number
}

export interface WebhookReceiver {
  origin: string
  /** in order of arrival, refused ones too */
  arrivals: Arrival[]
  /** reasons why a request was no signed webhook */
  faults: string[]
  stop(): Promise<void>
}

export interface ReceiverOptions {
  secret: string
  port?: number
  /** the status of each answer; 200 when left out */
  answer?: (change: AudienceChange) => number
  onArrival?: (arrival: Arrival) => void
  /** whether it never answers */
  isHung?: (arrival: Arrival) => boolean
}

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** A destination on loopback that checks each signature as Standard Webhooks says, and keeps what arrived. */
export const startWebhookReceiver = async (options: ReceiverOptions): Promise<WebhookReceiver> => {
  const { secret, port = 0, answer = () => 200, onArrival, isHung } = options
  const verifier = new Webhook(secret)
  const arrivals: Arrival[] = []
  const faults: string[] = []
  const server = createServer(async (request, response) => {
    try {
      const at = Date.now()
      const body = await read(request)
      const id = String(request.headers['webhook-id'])
      verifier.verify(body, request.headers as Record<string, string>)
      const change = JSON.parse(body) as AudienceChange
      const arrival = { id, body, change, at, status: answer(change) }
      arrivals.push(arrival)
      onArrival?.(arrival)
      if (isHung?.(arrival)) return
      response.writeHead(arrival.status).end()
    } catch (error) {
      // A killed runtime breaks its request off: what arrived in part is no delivery.
      if (request.complete) faults.push(String(error))
      response.writeHead(400).end()
    }
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    faults,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
