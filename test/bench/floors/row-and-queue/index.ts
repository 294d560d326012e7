import type { Row } from '../row-object.ts'

export { Row } from '../row-object.ts'

interface Env {
  ROW: ObjectNamespace<Row>
  BODIES: Producer
}

/**
 * The floor (DESIGN 7): a bare Worker that writes one row in one object and sends one message a request. Nothing is
 * parsed, the visitor is the last part of the path, and the consumer takes messages without looking at them.
 */
export default {
  async fetch(request: Request, { ROW, BODIES }: Env): Promise<Response> {
    const body = await request.text()
    await ROW.getByName(request.url.slice(request.url.lastIndexOf('/') + 1)).put(body)
    await BODIES.send(body, { contentType: 'text' })
    return new Response('{"success":true}', { headers: { 'content-type': 'application/json' } })
  },
  queue(batch: { ackAll(): void }): void {
    batch.ackAll()
  },
}
