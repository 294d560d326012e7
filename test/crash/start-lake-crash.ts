import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ErasureAsk, LakeErasureState, ReconciledHour } from '@spartito/lake'
import type { Workspace } from '@spartito/workspace'
import { findFreePort } from '../../packages/cli/src/dev/free-ports.ts'
import { activationConfig, collectorConfig } from '../../packages/cli/src/dev/runtime.ts'
import { downloadLake } from '../support/download-lake.ts'
import { keys } from '../support/keys.ts'
import { queryLake } from '../support/query-lake.ts'
import { readRequest } from '../support/read-request.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { writeWrappedWorker } from '../support/write-wrapped-worker.ts'
import type { BucketAnswer, BucketStep } from './checkpoints/lake.ts'
import { until } from './start-crash.ts'

/** Decides about one step: `hang` is never answered. */
export type Decide = (step: BucketStep) => BucketAnswer | 'hang'

/** A runtime whose bucket can fail and which can be killed at each of its requests. */
export interface LakeCrash {
  /** what becomes of steps from now on */
  decide: Decide
  /** waits until so many Workers hang, one unless said */
  untilHeld(count?: number): Promise<void>
  /** kill -9 of all of the runtime, and the same again */
  killAndStart(): Promise<void>
  /** sends events of these messageIds; what dies with the runtime is left to it */
  track(...messageIds: string[]): Promise<void>
  /** the same of one visitor */
  trackOf(visitor: string, ...messageIds: string[]): Promise<void>
  /** sends one that the plan holds back */
  trackHeld(messageId: string, visitor?: string): Promise<void>
  /** asks the keeper to take somebody out of the lake */
  erase(ask: ErasureAsk): Promise<void>
  /** @returns what the keeper says when it is done */
  untilErased(erasureId: string): Promise<LakeErasureState>
  /** texts that are found in what the runtime keeps on disk, by the files that they are in */
  onDisk(...texts: string[]): Promise<Record<string, string[]>>
  /** publishes the workspace with some settings more */
  publish(more: (sources: Workspace['sources']) => Partial<Workspace>): Promise<void>
  /** puts a message into the queue `lake`, whatever it is */
  sendRows(text: string): Promise<void>
  /** what lies in the bucket under parked/, by its key */
  parked(): Promise<Map<string, string>>
  /** waits until the statistics have counted so many events */
  untilAccepted(count: number): Promise<void>
  ask<T>(path: string, method?: 'GET' | 'POST'): Promise<T>
  /** the lake's files of a kind, and how many rows each key has in them */
  read(kind: string, column: string): Promise<{ files: string[]; rows: Map<string, number> }>
  /** joins all files of these hours */
  compact(): Promise<void>
  reconciled(): Promise<ReconciledHour[]>
  end(): Promise<void>
}

const configOf = (): Promise<string> =>
  writeWrappedWorker({
    config: activationConfig,
    wrapping: 'lake',
    worker: 'activation',
    entry: (main) => `export * from ${JSON.stringify(main)}
import * as activation from ${JSON.stringify(main)}
import { stopLake } from ${JSON.stringify(fileURLToPath(new URL('checkpoints/lake.ts', import.meta.url)))}
const stopped = stopLake(activation)
export const { LakeKeeper, ProfileWalk } = stopped
export default stopped.default
`,
  })

/** This hour and the one before, as a test may begin in one and end in the other. */
const hours = (): string =>
  [Date.now() - 3_600_000, Date.now()]
    .map((at, index) => `${index ? 'to' : 'from'}=${new Date(at).toISOString().slice(0, 13)}`)
    .join('&')

export const startLakeCrash = async (): Promise<LakeCrash> => {
  const folder = await makeTempFolder('lake-crash')
  let held = 0
  let copies = 0
  const server = createServer(async (request, response) => {
    const step = await readRequest(request)
    if (step === undefined) return
    const decided = crash.decide(JSON.parse(step) as BucketStep)
    if (decided === 'hang') held++
    else response.end(decided)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const activationPort = await findFreePort('127.0.0.1')
  const options = {
    activationPort,
    folder: folder.path,
    eventsBatchSeconds: 1,
    configs: { collector: collectorConfig, activation: await configOf() },
    vars: {
      CHECKPOINTS: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      PROFILES_PAGE: '2',
      PROFILES_DELAY_MS: '50',
      LAKE_JOIN_DELAY_MS: '1500',
    },
  }
  let spartito: Spartito = await startSpartito(options)
  const { collector, port, admin } = spartito
  const workspace: Workspace = {
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    plan: { events: { Held: { properties: { sku: { type: 'string', required: true } }, onViolation: 'quarantine' } } },
  }
  await admin.publish(workspace)
  const post = async (messageIds: readonly string[], event: string, visitor?: string): Promise<void> => {
    const batch = messageIds.map((messageId) => ({
      type: 'track',
      event,
      anonymousId: visitor ?? messageId,
      messageId,
    }))
    const response = await fetch(`${collector}/v1/batch`, {
      method: 'POST',
      body: JSON.stringify({ writeKey: keys.browser, batch }),
    })
    if (response.status !== 200) throw new Error(`answered ${response.status}`)
  }
  const logged = (): string => `\n${readFileSync(spartito.logFile, 'utf8').slice(-2_000)}`
  const crash: LakeCrash = {
    decide: () => 'go on',

    untilHeld: (count = 1) =>
      until(
        () => `${count} Workers that hang at the bucket${logged()}`,
        () => held >= count,
      ),

    async killAndStart() {
      await spartito.runtime.kill()
      crash.decide = () => 'go on'
      held = 0
      spartito = await startSpartito({ ...options, port })
    },

    track: (...messageIds) => post(messageIds, 'Seen'),
    trackHeld: (messageId, visitor) => post([messageId], 'Held', visitor),
    trackOf: (visitor, ...messageIds) => post(messageIds, 'Seen', visitor),

    async sendRows(body) {
      const response = await fetch(`http://127.0.0.1:${activationPort}/`, { method: 'POST', body })
      if (response.status !== 204) throw new Error(`answered ${response.status}`)
    },

    async erase(ask) {
      const init = { method: 'POST', body: JSON.stringify(ask) }
      const response = await fetch(`http://127.0.0.1:${activationPort}/erasures`, init)
      if (response.status !== 204) throw new Error(`answered ${response.status}`)
    },

    async untilErased(erasureId) {
      let state: LakeErasureState | null = null
      await until(
        () => `${erasureId} is done${logged()}`,
        async () => {
          const response = await fetch(`http://127.0.0.1:${activationPort}/erasures?id=${erasureId}`)
          state = response.ok ? ((await response.json()) as LakeErasureState | null) : null
          return state?.isDone === true
        },
      )
      return state!
    },

    async onDisk(...texts) {
      const found: Record<string, string[]> = {}
      for (const entry of await readdir(folder.path, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || entry.parentPath.includes('copy-')) continue
        const path = join(entry.parentPath, entry.name)
        const bytes = await readFile(path)
        const held = texts.filter((text) => bytes.includes(text))
        if (held.length > 0) found[relative(folder.path, path)] = held
      }
      return found
    },

    async publish(more) {
      await admin.publish({ ...workspace, ...more(workspace.sources) })
    },

    async parked() {
      const copy = join(folder.path, `copy-${++copies}`)
      await spartito.runtime.copyLake('parked/', copy)
      const files = (await readdir(copy, { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) =>
        entry.isFile(),
      )
      const paths = files.map(({ parentPath, name }) => join(parentPath, name))
      return new Map(
        await Promise.all(paths.map(async (path) => [relative(copy, path), await readFile(path, 'utf8')] as const)),
      )
    },

    untilAccepted: (count) =>
      until(`${count} events are accepted`, async () => {
        const { sources } = await admin.stats()
        return sources.reduce((sum, { accepted }) => sum + accepted, 0) === count
      }),

    async ask(path, method = 'GET') {
      const headers = { authorization: `Bearer ${keys.admin}` }
      const response = await fetch(`${collector}/admin/lake/${path}`, { method, headers })
      if (!response.ok) throw new Error(`answered ${response.status}: ${await response.text()}${logged()}`)
      return (await response.json()) as never
    },

    async read(kind, column) {
      const copy = join(folder.path, `copy-${++copies}`)
      const files = (await downloadLake(collector, keys.admin, kind, copy)).map(({ key }) => key)
      const rows = files.length > 0 ? await queryLake(copy, `${column}, count(*)`, 'GROUP BY ALL', kind) : []
      return { files, rows: new Map(rows.map(([name, count]) => [String(name), Number(count)])) }
    },

    async compact() {
      for (let left = 1; left > 0; ) left = (await crash.ask<{ left: number }>(`compact?${hours()}`, 'POST')).left
    },

    reconciled: async () => (await crash.ask<{ sources: ReconciledHour[] }>(`manifest?${hours()}`)).sources,

    async end() {
      await spartito.runtime.kill()
      server.close()
      server.closeAllConnections()
      await folder.remove()
    },
  }
  return crash
}
