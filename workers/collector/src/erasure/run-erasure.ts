import type { EpochMs } from '@spartito/protocol'
import type { ErasureStore, KeptErasure } from './erasure-store.ts'
import { receiptOf, signReceipt } from './receipt.ts'
import { type ErasureStep, erasureSteps } from './rpc.ts'
import { deliveries, destinations } from './steps/deliveries.ts'
import { empty } from './steps/empty.ts'
import { find } from './steps/find.ts'
import { lake } from './steps/lake.ts'
import { leave } from './steps/leave.ts'
import type { RunStep, StepRun } from './steps/step.ts'
import { quarantine, roster, samples } from './steps/stores.ts'
import { settle, suppress } from './steps/suppress.ts'

const steps: Record<ErasureStep, RunStep> = {
  find,
  leave,
  suppress,
  empty,
  settle,
  roster,
  quarantine,
  samples,
  deliveries,
  destinations,
  lake,
}

const [againMs, capMs] = [1_000, 300_000]

const nextStep = ({ steps: done }: KeptErasure): ErasureStep | undefined =>
  erasureSteps.find((step) => (done[step]?.doneAt ?? null) === null)

/** The receipt is signed, and whom it was about is known no more. */
const end = async (before: KeptErasure, store: ErasureStore, secret: string): Promise<void> => {
  const doneAt = Date.now()
  const subjects = store.ofErasure(before.id).flatMap(({ hash, object }) => (object === null ? [] : [hash]))
  const receipt = await signReceipt(receiptOf(before, subjects, doneAt), secret)
  store.transaction(() => {
    store.forgetPerson(before.id)
    store.keep({ ...before, state: 'done', doneAt, waitsFor: null, receipt })
  })
}

/**
 * Takes an erasure as far as it comes now. Each step is stored when it is done, and may be repeated until then, so that a crash at any
 * instant costs a repetition.
 *
 * @returns when it goes on; undefined when it is done
 */
export const runErasure = async (
  id: string,
  { env, store, secret, publish }: Pick<StepRun, 'env' | 'store' | 'secret' | 'publish'>,
): Promise<EpochMs | undefined> => {
  for (;;) {
    const before = store.read(id)!
    const step = nextStep(before)
    if (!step) {
      await end(before, store, secret)
      return undefined
    }
    const now = Date.now()
    const person = () => {
      const found = store.person(id, secret)
      if (!found) throw new Error(`erasure ${id} has found nobody yet`)
      return found
    }
    const { doneAt: _not, attempts = 0, counts: counted = {} } = before.steps[step] ?? {}
    let waits: { waitsFor: string; againMs: number } | undefined
    let next: KeptErasure = { ...before, state: 'running' }
    try {
      const ended = await steps[step]({ env, store, secret, publish, erasure: before, person, now })
      const doneAt = ended.isDone ? Date.now() : null
      const counts = ended.counts ?? counted
      next = { ...next, ...ended.keep, steps: { ...before.steps, [step]: { doneAt, attempts: attempts + 1, counts } } }
      if (!ended.isDone) waits = ended
    } catch (error) {
      // The error's text may name an object, and so a person.
      console.error(JSON.stringify({ at: 'erasures', id, step, error: (error as Error).name }))
      next.steps = { ...before.steps, [step]: { doneAt: null, attempts: attempts + 1, counts: counted } }
      waits = { waitsFor: `${step}: something could not be reached`, againMs: Math.min(capMs, againMs * 2 ** attempts) }
    }
    next.waitsFor = waits?.waitsFor ?? null
    next.retryAt = Date.now() + (waits?.againMs ?? 0)
    store.keep(next)
    if (waits) return next.retryAt
  }
}
