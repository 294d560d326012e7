import type { SweepPage } from '@spartito/engine'
import type { Env } from './env.ts'
import { rosterStub, visitorStub } from './object-stubs.ts'
import { type ReadMessage, readMessages } from './parked/read-messages.ts'

/** How many objects one page visits at a time. */
const concurrency = 10
/** A page nobody of which can be reached waits, since then it is hardly the objects; at this attempt it is reported nevertheless. */
const lastAttempt = 5
const retrySeconds = 2

interface Visited {
  changed: number
  /** names of those whose visit failed */
  unreached: string[]
}

const visitAll = async ({ visitors, version }: SweepPage, env: Env): Promise<Visited> => {
  const visited: Visited = { changed: 0, unreached: [] }
  const waiting = visitors.values()
  const follow = async (): Promise<void> => {
    for (const visitor of waiting)
      try {
        if (await visitorStub(env, visitor).bringUp(version)) visited.changed++
      } catch (error) {
        visited.unreached.push(visitor)
        // Not the name: who tries all phones would read one from it (SPEC ID1).
        console.error(JSON.stringify({ at: 'sweep', version, error: String(error) }))
      }
  }
  await Promise.all(Array.from({ length: concurrency }, follow))
  return visited
}

const takePage = async ({ message, body }: ReadMessage<SweepPage>, env: Env): Promise<void> => {
  try {
    const { shard, page, until, visitors } = body
    const { changed, unreached } = await visitAll(body, env)
    const failed = unreached.length
    if (failed === visitors.length && message.attempts < lastAttempt)
      return message.retry({ delaySeconds: retrySeconds })
    await rosterStub(env, shard).report({ page, until, visited: visitors.length, changed, failed, unreached })
    message.ack()
  } catch (error) {
    console.error(JSON.stringify({ at: 'sweep', page: body.page, shard: body.shard, error: String(error) }))
    message.retry({ delaySeconds: retrySeconds })
  }
}

/**
 * Takes a batch of the queue `sweep`: brings the profiles of each page up to its version, then reports it (SPEC AU5). Whom it
 * could not reach it names, and the shard has them visited again.
 */
export const consumeSweep = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  const pages = await readMessages(batch, env, (text) => JSON.parse(text) as SweepPage)
  await Promise.all(pages.map((page) => takePage(page, env)))
}
