import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestProject } from 'vitest/node'
import type { Answer, Asked } from './answers.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** the origin of the scripted endpoint */
    endpoint: string
  }
}

const give = (answer: Answer, sentAt: number, response: ServerResponse): void => {
  if (answer.how === 'hang') return
  if (answer.how === 'reset') {
    response.destroy()
    return
  }
  const { retryAfter, location } = answer
  // A date is that of the sender's clock, which a test may have moved.
  const after = typeof retryAfter === 'number' ? new Date(sentAt + retryAfter).toUTCString() : retryAfter
  response.writeHead(answer.status ?? 200, {
    ...(after !== undefined && { 'retry-after': after }),
    ...(location !== undefined && { location }),
  })
  if (answer.how === 'reset in the body') {
    response.write('a'.repeat(1_000), () => response.destroy())
    return
  }
  response.end(answer.body ?? 'what an endpoint says is shown to nobody')
}

/** An endpoint with scripts: `POST /script/<name>` sets the answers of `/hook/<name>`, `GET /asked/<name>` tells what arrived there. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const scripts = new Map<string, Answer[]>()
  const asked = new Map<string, Asked[]>()
  const server = createServer(async (request, response) => {
    const [, what, name = '', ...path] = (request.url ?? '').split('/')
    const body = await text(request).catch(() => '')
    if (what === 'script') {
      scripts.set(name, JSON.parse(body) as Answer[])
      response.end()
    } else if (what === 'asked') response.end(JSON.stringify(asked.get(name) ?? []))
    else {
      const { method = '', headers } = request
      const [id, authorization] = [String(headers['webhook-id']), headers.authorization ?? '']
      asked.set(name, [...(asked.get(name) ?? []), { id, method, path: path.join('/'), authorization, body }])
      const script = scripts.get(name) ?? []
      // The last answer stays.
      const answer = script.length > 1 ? script.shift()! : (script[0] ?? { status: 200 })
      give(answer, Number(request.headers['webhook-timestamp']) * 1_000, response)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  provide('endpoint', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}
