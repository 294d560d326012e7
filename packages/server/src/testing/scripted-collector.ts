import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One answer: a status, with headers and a body; or what a broken network does. */
export type Scripted = { status: number; headers?: Record<string, string>; body?: object | string } | 'reset' | 'hang'

export interface ScriptedCollector {
  origin: string
  /** the events of each request, in the order of their coming */
  requests: {
    authorization: string | undefined
    sentAt: number
    batch: { messageId: string; [name: string]: unknown }[]
  }[]
  stop(): Promise<void>
}

const stored = (count: number): Scripted => ({
  status: 200,
  body: { success: true, accepted: count, duplicate: 0, quarantined: 0, rejected: [], profile: { audiences: [] } },
})

const readBody = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** A server on loopback that answers as it is told, one answer a request, and stores all once these are used up. */
export const startScriptedCollector = async (script: Scripted[] = []): Promise<ScriptedCollector> => {
  const requests: ScriptedCollector['requests'] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { sentAt, batch } = JSON.parse(await readBody(request))
    requests.push({ authorization: request.headers.authorization, sentAt, batch })
    const next = script.shift() ?? stored(batch.length)
    if (next === 'hang') return
    if (next === 'reset') return void request.socket.destroy()
    const { status, headers, body = {} } = next
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
