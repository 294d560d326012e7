/** Loads one address over kept-alive connections, in a process of its own: its work is not the collector's. */
import { Agent, request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { batchText, eventText } from './event-body.ts'
import type { LoadJob, LoadResult } from './start-load.ts'

const agents = new Map<string, Agent>()

const agentOf = (origin: string, connections: number): Agent => {
  const known = agents.get(origin)
  if (known) return known
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  agents.set(origin, agent)
  return agent
}

const post = (url: URL, agent: Agent, headers: Record<string, string>, body: string): Promise<number> =>
  new Promise((resolve) => {
    const length = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, ...length } }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', () => resolve(0))
    })
    sent.setTimeout(30_000, () => sent.destroy())
    sent.on('error', () => resolve(0))
    sent.end(body)
  })

let messages = 0

const run = async (job: LoadJob): Promise<LoadResult> => {
  const agent = agentOf(new URL(job.url).origin, job.connections)
  const latencies: number[] = []
  let errors = 0
  let limited = 0
  let started = 0
  const begin = performance.now()
  const end = begin + job.seconds * 1_000

  const connection = async (): Promise<void> => {
    while (performance.now() < end && started < job.maxRequests) {
      if (job.requestsPerSecond !== undefined) {
        const dueMs = begin + (started * 1_000) / job.requestsPerSecond - performance.now()
        if (dueMs > 0) {
          // Another connection may have taken this turn meanwhile.
          await wait(Math.min(dueMs, 50))
          continue
        }
      }
      const visitor = `${job.visitors.prefix}${started++ % job.visitors.count}`
      const now = new Date().toISOString()
      const events = Array.from({ length: job.eventsPerRequest }, () =>
        eventText(visitor, `${job.visitors.prefix}-${process.pid}-${messages++}`, job.eventName, now),
      )
      const url = new URL(job.isVisitorInPath ? `${job.url}/${visitor}` : job.url)
      const at = performance.now()
      const status = await post(url, agent, job.headers, batchText(events, now))
      latencies.push(performance.now() - at)
      if (status !== 200) errors++
      if (status === 429) limited++
    }
  }

  await Promise.all(Array.from({ length: job.connections }, connection))
  const seconds = (performance.now() - begin) / 1_000
  return { requests: latencies.length, errors, limited, seconds, latenciesMs: latencies }
}

process.on('message', async ({ id, job }: { id: number; job: LoadJob }) => {
  process.send?.({ id, result: await run(job) })
})
process.on('disconnect', () => process.exit(0))
