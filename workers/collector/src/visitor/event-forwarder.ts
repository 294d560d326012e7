import type { VisitorState } from '@spartito/engine'
import { resendDelayMs } from '@spartito/engine'
import type { Env } from '../env.ts'
import { eventUnits } from './event-units.ts'
import type { UnitReceipt } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

/** How long the lake's consumer may take before an unconfirmed commit is sent again: its batch waits some seconds. */
const confirmWithinMs = 15_000

/**
 * Sends the events of each commit to the queue `events`, and knows which have arrived (SPEC DE1). Where the lake confirms,
 * a commit stays pending until it has; else until the queue has taken it.
 */
export interface EventForwarder {
  /** epoch ms at which pending commits are sent again; undefined when none is pending */
  dueAt(): number | undefined
  /** notes a commit that is about to be stored, so that the alarm is planned in the same transaction */
  expect(now: number): void
  send(commit: number, events: readonly string[]): Promise<void>
  resend(): Promise<void>
  /** @returns whether the newest pending commits moved on, so that the state has to be stored */
  confirm(receipts: readonly UnitReceipt[]): boolean
}

export const createEventForwarder = (
  env: Env,
  visitor: () => string,
  store: VisitorStore,
  isConfirmed: boolean,
): EventForwarder => {
  const arrived = new Set<number>()
  const parts = new Map<number, Set<number>>()
  let attempts = 0
  let dueAt: number | undefined

  const isPending = (): boolean => store.state !== undefined && store.state.forwarded < store.state.commit

  const settle = (commit: number): boolean => {
    const state = store.state as VisitorState
    if (commit <= state.forwarded) return false
    arrived.add(commit)
    let { forwarded } = state
    while (arrived.delete(forwarded + 1)) forwarded++
    if (forwarded === state.forwarded) return false
    attempts = 0
    store.hold({ ...state, forwarded })
    if (!isPending()) dueAt = undefined
    return true
  }

  const push = async (commit: number, events: readonly string[]): Promise<void> => {
    const units = eventUnits(visitor(), (store.state as VisitorState).profileId, commit, events)
    for (const unit of units) await env.EVENTS.send(JSON.stringify(unit), { contentType: 'text' })
    if (!isConfirmed) settle(commit)
  }

  const failed = (error: unknown): void => {
    dueAt = Date.now() + resendDelayMs(++attempts)
    console.error(JSON.stringify({ at: 'visitor.events', error: String(error) }))
  }

  return {
    dueAt: () => (dueAt === undefined && isConfirmed && isPending() ? Date.now() + confirmWithinMs : dueAt),

    expect(now) {
      if (isConfirmed) dueAt ??= now + confirmWithinMs
    },

    async send(commit, events) {
      try {
        await push(commit, events)
      } catch (error) {
        failed(error)
      }
    },

    async resend() {
      const { state } = store
      if (!state || !isPending()) return
      const own = state.fragments.filter(({ mergeId }) => mergeId === null).map(({ id }) => id)
      try {
        for (const [commit, events] of store.entriesAfter(state.forwarded, own)) await push(commit, events)
        if (isConfirmed) dueAt = Date.now() + Math.max(confirmWithinMs, resendDelayMs(++attempts))
      } catch (error) {
        failed(error)
      }
    },

    confirm(receipts) {
      let moved = false
      for (const { commit, part, parts: of } of receipts) {
        const have = parts.get(commit) ?? new Set()
        parts.set(commit, have.add(part))
        if (have.size < of) continue
        parts.delete(commit)
        moved = settle(commit) || moved
      }
      return moved
    },
  }
}
