import type { Row } from '../row-object.ts'

export { Row } from '../row-object.ts'

interface Env {
  ROW: ObjectNamespace<Row>
}

/** The floor without a queue: nothing is parsed, the visitor is the last part of the path. */
export default {
  async fetch(request: Request, { ROW }: Env): Promise<Response> {
    const body = await request.text()
    await ROW.getByName(request.url.slice(request.url.lastIndexOf('/') + 1)).put(body)
    return new Response('{"success":true}', { headers: { 'content-type': 'application/json' } })
  },
}
