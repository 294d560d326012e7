import { setTimeout as wait } from 'node:timers/promises'
import { verifyReceipt } from '@spartito/privacy'
import type { Erasure } from '../../../workers/collector/src/erasure/rpc.ts'
import { keys } from '../../support/keys.ts'
import { difference } from '../collector/bill.ts'
import type { Counted } from '../collector/counted-run.ts'
import { readCpu } from '../process-cpu.ts'
import type { MeasuredErasure } from './erasure-costs.ts'
import { lakeFiles, rewritten } from './saga-lake.ts'

/** One request of an administrator. @throws Error unless it was taken */
export type AskAdmin = <T>(path: string, init?: RequestInit) => Promise<T>

export const asAdmin =
  (collector: string): AskAdmin =>
  async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const headers = { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(120_000)
    const response = await fetch(`${collector}/admin/${path}`, { ...init, headers, signal })
    if (!response.ok) throw new Error(`/admin/${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as T
  }

const doneWithinMs = 300_000
const pollMs = 250

/** How long each step took: from the end of the one before, the first from the ask. */
const stepsOf = ({ askedAt, steps }: Erasure): MeasuredErasure['steps'] => {
  let since = askedAt
  return steps.map(({ step, doneAt, attempts }) => {
    const ms = doneAt === null ? Number.NaN : doneAt - since
    since = doneAt ?? since
    return { step, ms, attempts }
  })
}

/**
 * Asks for an erasure as an administrator does, and waits until it is done, with all that follows from it counted.
 *
 * @param identifier one of the person's
 */
export const erase = async (
  { spartito, read, untilStill }: Counted,
  identifier: { type: string; value: string },
): Promise<MeasuredErasure> => {
  const { runtime, collector } = spartito
  const ask = asAdmin(collector)
  const files = await lakeFiles(ask)
  const before = await read()
  const cpuBefore = await readCpu(runtime.pid)
  const { id } = await ask<{ id: string }>('erasures', { method: 'POST', body: JSON.stringify({ identifier }) })
  let erasure: Erasure
  let polls = 0
  for (const deadline = Date.now() + doneWithinMs; ; await wait(pollMs)) {
    erasure = await ask<Erasure>(`erasures/${id}`)
    polls++
    if (erasure.state === 'done') break
    if (Date.now() > deadline) throw new Error(`not erased within ${doneWithinMs} ms: ${erasure.waitsFor}`)
  }
  const cpuAfter = await readCpu(runtime.pid)
  // What the lake is told of removals comes a little later.
  await untilStill(2_000)
  const after = await read()
  const [counted, activation] = [
    difference(after.collector, before.collector),
    difference(after.activation, before.activation),
  ]
  // Whoever waits for an erasure asks seldom: how often it was asked here belongs to the bench.
  counted.requests -= polls
  counted.objects.Erasures!.requests -= polls
  const verified = await verifyReceipt(JSON.stringify(erasure.receipt))
  if (!verified.ok) throw new Error(`the receipt of ${id} does not hold: ${verified.error}`)
  return {
    seconds: (erasure.doneAt! - erasure.askedAt) / 1_000,
    cpuSeconds: (cpuAfter?.workerd ?? Number.NaN) - (cpuBefore?.workerd ?? Number.NaN),
    steps: stepsOf(erasure),
    stores: verified.value.receipt.stores,
    rewritten: rewritten(files, await lakeFiles(ask)),
    collector: counted,
    activation,
  }
}
