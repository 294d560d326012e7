import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AudienceChange } from '@spartito/protocol'

/** A destination: what webhooks brought, each change once by its id. */
export interface Receiver {
  url: string
  changes(): AudienceChange[]
  close(): void
}

export const startReceiver = async (): Promise<Receiver> => {
  const changes = new Map<string, AudienceChange>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data) => {
      body += data
    })
    request.on('end', () => {
      const change = JSON.parse(body) as AudienceChange
      changes.set(change.id, change)
      response.end()
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    changes: () => [...changes.values()],
    close: () => void server.close(),
  }
}
