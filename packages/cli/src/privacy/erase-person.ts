import { setTimeout as wait } from 'node:timers/promises'
import { askAdministration } from '../collector/administration.ts'
import type { AdminFlags } from './admin-flags.ts'

/** An erasure, as the administration shows it; nothing of it names anybody. */
export interface ShownErasure {
  id: string
  state: 'waiting' | 'undone' | 'running' | 'done'
  dueAt: number
  doneAt: number | null
  waitsFor: string | null
  steps: { step: string; doneAt: number | null }[]
  receipt: object | null
}

export interface EraseFlags extends AdminFlags {
  suppress: boolean
  delay: number
  wait: boolean
}

const lookEveryMs = 500
const tellEveryMs = 10_000

/** @throws Error when nothing happens any more, or it was undone */
export const waitForErasure = async (id: string, flags: AdminFlags): Promise<void> => {
  const administration = askAdministration(flags.collector, flags.tokenEnv, 'read')
  let told = ''
  let toldAt = 0
  for (;;) {
    const erasure = (await (await administration(`/admin/erasures/${encodeURIComponent(id)}`)).json()) as ShownErasure
    if (erasure.state === 'done') return
    if (erasure.state === 'undone') throw new Error(`${id} was undone`)
    const step = erasure.steps.find(({ doneAt }) => doneAt === null)?.step
    const says = erasure.state === 'waiting' ? 'it waits' : `${step}${erasure.waitsFor ? `: ${erasure.waitsFor}` : ''}`
    if (says !== told || Date.now() - toldAt > tellEveryMs) console.error(says)
    told = says
    toldAt = Date.now()
    await wait(lookEveryMs)
  }
}

/** Asks for an erasure (SPEC CO7). @throws Error that says what to do */
export const erasePerson = async (type: string, value: string, flags: EraseFlags): Promise<void> => {
  const administration = askAdministration(flags.collector, flags.tokenEnv, 'write')
  const mode = flags.suppress ? 'suppress' : 'erase'
  const body = JSON.stringify({ identifier: { type, value }, mode, delayHours: flags.delay })
  const response = await administration('/admin/erasures', { method: 'POST', body })
  const { id, dueAt } = (await response.json()) as { id: string; dueAt: number }
  console.log(
    flags.delay > 0
      ? `${id}: begins ${new Date(dueAt).toISOString()}; until then, spartito privacy erase --undo ${id}`
      : `${id}: under way; its receipt, spartito privacy receipt ${id}`,
  )
  if (flags.wait) {
    await waitForErasure(id, flags)
    console.log(`${id}: done; its receipt, spartito privacy receipt ${id}`)
  }
}

/** Takes one back that has not begun. @throws Error when it has */
export const undoErasure = async (id: string, { collector, tokenEnv }: AdminFlags): Promise<void> => {
  const administration = askAdministration(collector, tokenEnv, 'write')
  const path = `/admin/erasures/${encodeURIComponent(id)}`
  const { ok } = await administration(path, { method: 'DELETE' }, { understands: [404, 409] })
  if (!ok) throw new Error(`${id} cannot be undone: it has begun, or there is no such erasure`)
  console.log(`${id}: undone`)
}
