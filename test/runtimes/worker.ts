import { createServerClient } from '@spartito/server'
import { type Asked, story } from './story.ts'

interface Context {
  waitUntil(work: Promise<unknown>): void
}

/** As a Worker: `/` tells the story, `/later` answers before its event is sent. */
export default {
  async fetch(request: Request, _env: unknown, context: Context): Promise<Response> {
    const asked = (await request.json()) as Asked
    if (new URL(request.url).pathname === '/') return Response.json(await story(asked))
    const client = createServerClient({ collector: asked.collector, key: asked.key })
    void client.track({ userId: asked.userId, event: 'Answered First' })
    context.waitUntil(client.close())
    return new Response('answered')
  },
}
