import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { findFreePort } from '../../../packages/cli/src/dev/free-ports.ts'
import { activationConfig, collectorConfig } from '../../../packages/cli/src/dev/runtime.ts'
import { keys } from '../../support/keys.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { writeWrappedWorker } from '../../support/write-wrapped-worker.ts'
import type { Area, BenchOptions } from '../area.ts'
import { lakeRows } from './lake-rows.ts'
import { makeUnits } from './make-units.ts'
import { smallestHeap } from './step-heap.ts'

const [messagesInBatch, eventsInMessage] = [100, 5]

const configOf = (): Promise<string> =>
  writeWrappedWorker({
    config: activationConfig,
    wrapping: 'bench-lake',
    worker: 'activation',
    entry: (main) => `export * from ${JSON.stringify(main)}
import * as activation from ${JSON.stringify(main)}
import { benchActivation } from ${JSON.stringify(fileURLToPath(new URL('worker.ts', import.meta.url)))}
export default benchActivation(activation)
`,
  })

interface Files {
  files: { size: number }[]
  next: string | null
}

/** What the lake takes and costs: events to Parquet, and small files to large ones (SPEC LA). */
export const lake: Area = {
  name: 'lake',
  isLong: true,
  async measure({ short, log }: BenchOptions) {
    const events = short ? 10_000 : 100_000
    const folder = await makeTempFolder('bench-lake')
    const activationPort = await findFreePort('127.0.0.1')
    const live = await startSpartito({
      folder: folder.path,
      mode: 'deployed',
      configs: { collector: collectorConfig, activation: await configOf() },
      activationPort,
    })
    const post = async (path: string, body: unknown): Promise<unknown> => {
      const init = { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(300_000) }
      const response = await fetch(`http://127.0.0.1:${activationPort}${path}`, init)
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
      return response.status === 204 ? undefined : response.json()
    }
    try {
      // One hour that is over.
      const hour = new Date(Date.now() - 7_200_000).toISOString().slice(0, 13)
      const { texts, json } = makeUnits(events / eventsInMessage, eventsInMessage, Date.parse(`${hour}:00:00Z`))
      const listed = async (): Promise<Files['files']> => {
        const headers = { authorization: `Bearer ${keys.admin}` }
        const files: Files['files'] = []
        for (let after: string | null = ''; after !== null; ) {
          const path: string = `files?kind=events&after=${encodeURIComponent(after)}`
          const page = (await (await fetch(`${live.collector}/admin/lake/${path}`, { headers })).json()) as Files
          files.push(...page.files)
          after = page.next
        }
        return files
      }
      const sizeOf = (files: Files['files']): number => files.reduce((sum, { size }) => sum + size, 0)

      log(`${events} events`)
      const begunAt = performance.now()
      for (let at = 0; at < texts.length; at += messagesInBatch)
        await post('/events', texts.slice(at, at + messagesInBatch))
      const consumeSeconds = (performance.now() - begunAt) / 1_000
      const fresh = await listed()

      log(`${fresh.length} files are joined`)
      const joinedAt = performance.now()
      for (let left = 1; left > 0; )
        ({ left } = (await post('/compact', [{ kind: 'events', hour }])) as { left: number })
      const compactSeconds = (performance.now() - joinedAt) / 1_000
      const joined = await listed()
      log('the smallest heap')
      const heap = await smallestHeap()
      return lakeRows({
        events,
        batch: [messagesInBatch, eventsInMessage],
        consumeSeconds,
        compactSeconds,
        bytes: {
          fresh: sizeOf(fresh),
          joined: sizeOf(joined),
          json: Buffer.byteLength(json),
          gzip: gzipSync(json).length,
        },
        files: { fresh: fresh.length, joined: joined.length },
        heap,
      })
    } finally {
      await live.runtime.stop()
      await folder.remove()
    }
  },
}
