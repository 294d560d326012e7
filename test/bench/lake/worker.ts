interface Message {
  id: string
  timestamp: Date
  attempts: number
  body: string
  ack(): void
  retry(): void
}

interface Activation {
  default: { queue(batch: object, env: object): Promise<void> }
}

interface Env {
  LAKE_KEEPER: { getByName(name: string): { compact(hours: object[]): Promise<{ left: number }> } }
}

const messageOf = (body: string, index: number): Message => ({
  id: String(index),
  timestamp: new Date(),
  attempts: 1,
  body,
  ack() {},
  retry() {},
})

/** Activation's module, unchanged, that takes a batch of the queue `events` from the harness, and joins when it says so. */
export const benchActivation = ({ default: activation }: Activation) => ({
  ...activation,
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname === '/compact')
      return Response.json(await env.LAKE_KEEPER.getByName('lake').compact((await request.json()) as object[]))
    const messages = ((await request.json()) as string[]).map(messageOf)
    await activation.queue({ queue: 'events', messages, ackAll() {}, retryAll() {} }, env)
    return new Response(null, { status: 204 })
  },
})
