import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ErasureAsk, LakeErasureState } from '@spartito/lake'
import { findFreePort } from '../../../packages/cli/src/dev/free-ports.ts'
import { activationConfig, collectorConfig } from '../../../packages/cli/src/dev/runtime.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { writeWrappedWorker } from '../../support/write-wrapped-worker.ts'
import type { BenchOptions } from '../area.ts'
import { smallestHeap } from '../lake/step-heap.ts'
import { readCpu } from '../process-cpu.ts'
import type { Row } from '../row.ts'
import { lakeErasureRows, type MeasuredErasure } from './lake-erasure-rows.ts'
import { deviceOf, makeLake, many, personsIn, profileOf, profileOfDevice, rowsInFile } from './make-lake.ts'

/** Longer than the slowest machine needs. */
const withinMs = 3_600_000

const configOf = (): Promise<string> =>
  writeWrappedWorker({
    config: activationConfig,
    wrapping: 'bench-privacy',
    worker: 'activation',
    entry: (main) => `export * from ${JSON.stringify(main)}
import * as activation from ${JSON.stringify(main)}
import { benchPrivacy } from ${JSON.stringify(fileURLToPath(new URL('worker.ts', import.meta.url)))}
export default benchPrivacy(activation.default)
`,
  })

const until = Number.MAX_SAFE_INTEGER

const askOfMany: ErasureAsk = {
  erasureId: 'many',
  profileIds: Array.from({ length: many.devices }, (_, n) => profileOfDevice(n)).concat(profileOf(-1)),
  identifiers: [
    ...Array.from({ length: many.devices }, (_, n) => ({ type: 'anonymous_id', value: deviceOf(n) })),
    { type: 'user_id', value: 'many' },
  ],
  visitors: [],
  until,
}

const asksOf = (persons: number, of: number): ErasureAsk[] =>
  Array.from({ length: persons }, (_, n) => ({
    erasureId: `person-${n}`,
    profileIds: [profileOf(Math.floor((n * of) / persons))],
    identifiers: [{ type: 'user_id', value: `user-${n}` }],
    visitors: [],
    until,
  }))

/** The lake's side of an erasure: one person's, and that of many in one pass, out of a lake of many rows (SPEC LA4). */
export const measureLakeErasure = async ({
  short,
  rows = short ? 500_000 : 10_000_000,
  log,
}: BenchOptions): Promise<Row[]> => {
  const files = Math.max(1, Math.round(rows / rowsInFile))
  const [eventsOfMany, persons] = short ? [500, 50] : [10_000, 1_000]
  const folder = await makeTempFolder('bench-privacy')
  const activationPort = await findFreePort('127.0.0.1')
  const live = await startSpartito({
    folder: folder.path,
    mode: 'deployed',
    configs: { collector: collectorConfig, activation: await configOf() },
    activationPort,
  })
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${activationPort}${path}`, {
      ...init,
      signal: AbortSignal.timeout(300_000),
    })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response
  }
  const erase = async (asks: readonly ErasureAsk[]): Promise<MeasuredErasure> => {
    const begunAt = performance.now()
    const cpuBefore = await readCpu(live.runtime.pid)
    await ask('/erasures', { method: 'POST', body: JSON.stringify(asks) })
    const stateOf = async (id: string) => (await (await ask(`/erasures?id=${id}`)).json()) as LakeErasureState
    const { erasureId: last } = asks.at(-1)!
    while (!(await stateOf(last)).isDone) {
      if (performance.now() - begunAt > withinMs) throw new Error(`${last} is not done within an hour`)
      await wait(200)
    }
    const seconds = (performance.now() - begunAt) / 1_000
    let gone = 0
    for (const { erasureId } of asks) gone += (await stateOf(erasureId)).rows.events ?? 0
    const cpuSeconds = ((await readCpu(live.runtime.pid))?.workerd ?? Number.NaN) - (cpuBefore?.workerd ?? Number.NaN)
    return { seconds, cpuSeconds, rows: gone, state: await stateOf(last) }
  }
  try {
    log(`${files} files of ${rowsInFile} rows are made`)
    for (const { key, body, metadata } of makeLake(files, eventsOfMany))
      await ask(`/file?key=${encodeURIComponent(key)}`, {
        method: 'POST',
        body,
        headers: { metadata: JSON.stringify(metadata) },
      })
    log('a person of many events is erased')
    const one = await erase([askOfMany])
    log(`${one.seconds.toFixed(1)} s; ${persons} persons are erased`)
    const thousand = { ...(await erase(asksOf(persons, personsIn(files)))), persons }
    log(`${thousand.seconds.toFixed(1)} s; the smallest heap`)
    const heap = await smallestHeap(fileURLToPath(new URL('largest-rewrite.ts', import.meta.url)))
    return lakeErasureRows({ rows: files * rowsInFile, files, one, thousand, heap })
  } finally {
    await live.runtime.stop()
    await folder.remove()
  }
}
