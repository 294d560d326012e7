import type { SweepPage } from '@spartito/engine'
import type { Env } from './env.ts'
import { rosterStub, visitorStub } from './object-stubs.ts'
import { type ReadMessage, readMessages } from './parked/read-messages.ts'

/** How many objects one page visits at a time. */
const concurrency = 10
/** A page whose visits still fail at this attempt is reported with its failures, so that one broken object stops no sweep. */
const lastAttempt = 5
const retrySeconds = 2

interface Visited {
  changed: number
  failed: number
}

const visitAll = async ({ visitors, version }: SweepPage, env: Env): Promise<Visited> => {
  const visited: Visited = { changed: 0, failed: 0 }
  const waiting = visitors.values()
  const follow = async (): Promise<void> => {
    for (const visitor of waiting)
      try {
        if (await visitorStub(env, visitor).bringUp(version)) visited.changed++
      } catch (error) {
        visited.failed++
        console.error(JSON.stringify({ at: 'sweep', visitor, version, error: String(error) }))
      }
  }
  await Promise.all(Array.from({ length: concurrency }, follow))
  return visited
}

const takePage = async ({ message, body }: ReadMessage<SweepPage>, env: Env): Promise<void> => {
  try {
    const { changed, failed } = await visitAll(body, env)
    // Who has been brought up already is visited again then, which changes nothing but the count of changes.
    if (failed > 0 && message.attempts < lastAttempt) return message.retry({ delaySeconds: retrySeconds })
    const { shard, page, until, visitors } = body
    await rosterStub(env, shard).report({ page, until, visited: visitors.length, changed, failed })
    message.ack()
  } catch (error) {
    console.error(JSON.stringify({ at: 'sweep', page: body.page, shard: body.shard, error: String(error) }))
    message.retry({ delaySeconds: retrySeconds })
  }
}

/** Takes a batch of the queue `sweep`: brings the profiles of each page up to its version, then reports it (SPEC AU5). */
export const consumeSweep = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  const pages = await readMessages(batch, env, (text) => JSON.parse(text) as SweepPage)
  await Promise.all(pages.map((page) => takePage(page, env)))
}
