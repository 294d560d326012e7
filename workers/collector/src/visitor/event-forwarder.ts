import { resendDelayMs, type VisitorState } from '@spartito/engine'
import { formatEventUnit } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { eventUnits } from './event-units.ts'
import type { UnitReceipt } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

/** How long the lake's consumer may take before an unconfirmed commit is sent again: its batch waits some seconds. */
const confirmWithinMs = 15_000
/** Commits whose fate is unknown are few: one for each time that the object was put away. */
const maxUnsure = 50

/**
 * Sends the events of each commit to the queue `events` and knows what has become of them (SPEC DE1). Where the lake
 * confirms, a commit is pending until it has; else until the queue has taken it.
 *
 * That the queue took a commit is stored with the next one, since a write for it alone would double the bill. When the
 * object is put away in between, the commit is `unsure`: most likely it was sent, and its client will not ask again.
 *
 * The events also tell the roster that their profile has begun: every unit does until one of them is known to have arrived.
 */
export interface EventForwarder {
  /** epoch ms at which pending commits are sent again; undefined when none is pending */
  dueAt(): number | undefined
  /** notes a commit that is about to be stored, so that the alarm is planned in the same transaction */
  expect(now: number): void
  send(commit: number, events: readonly string[]): Promise<void>
  /** sends again what is pending or unsent, and what is unsure when asked to */
  resend(withUnsure: boolean): Promise<void>
  /** the object was emptied: nothing of it is sent any more */
  forget(): void
  /** @returns whether the state has to be stored */
  confirm(receipts: readonly UnitReceipt[]): boolean
}

export const createEventForwarder = (
  env: Env,
  visitor: () => string,
  store: VisitorStore,
  isConfirmed: boolean,
): EventForwarder => {
  const settled = new Set<number>()
  const parts = new Map<number, Set<number>>()
  let attempts = 0
  let dueAt: number | undefined

  const state = (): VisitorState => store.state as VisitorState

  const awaken = (): void => {
    const { forwarded, commit, unsent, unsure } = state()
    // What an earlier life left to send is due at once: its own waiting time has passed, or a crash cut it short.
    if (unsent.length > 0 || (isConfirmed && forwarded < commit)) dueAt = Date.now()
    if (isConfirmed || forwarded === commit) return
    const unknown = Array.from({ length: commit - forwarded }, (_, index) => forwarded + 1 + index)
    store.hold({ ...state(), forwarded: commit, unsure: [...unsure, ...unknown].slice(-maxUnsure) })
  }
  if (store.state) awaken()

  const settle = (commit: number): boolean => {
    let { forwarded } = state()
    if (commit <= forwarded) return false
    settled.add(commit)
    while (settled.delete(forwarded + 1)) forwarded++
    if (forwarded === state().forwarded) return false
    store.hold({ ...state(), forwarded })
    if (isConfirmed && forwarded === state().commit) {
      attempts = 0
      dueAt = undefined
    }
    return true
  }

  /** The units of a commit have arrived, and with them the notice that they carried. @returns whether they carried one */
  const tell = (commit: number): boolean => {
    // Asked for each commit, and there for the first alone: the copy without it is made only then.
    const held = state()
    if (!held.untold || commit < held.untold.sinceCommit) return false
    const { untold: _told, ...rest } = held
    store.hold(rest)
    return true
  }

  const push = async (commit: number, events: readonly string[]): Promise<void> => {
    const { profileId, untold } = state()
    const notice = untold && commit >= untold.sinceCommit ? untold.notice : undefined
    for (const unit of eventUnits(visitor(), profileId, commit, events, notice))
      await env.EVENTS.send(formatEventUnit(unit), { contentType: 'text' })
    if (!isConfirmed) tell(commit)
  }

  const failed = (error: unknown): void => {
    dueAt = Date.now() + resendDelayMs(++attempts)
    console.error(JSON.stringify({ at: 'visitor.events', error: String(error) }))
  }

  return {
    dueAt: () => dueAt,

    expect(now) {
      if (isConfirmed) dueAt ??= now + confirmWithinMs
    },

    async send(commit, events) {
      try {
        await push(commit, events)
      } catch (error) {
        failed(error)
        // Durable before the answer, with the alarm that repeats it.
        if (!isConfirmed) store.commit({ state: { ...state(), unsent: [...state().unsent, commit] } })
      }
      if (!isConfirmed) settle(commit)
    },

    async resend(withUnsure) {
      if (!store.state) return
      const { forwarded, commit, unsent, unsure, fragments, leaving = [] } = store.state
      const wanted = new Set([...unsent, ...(withUnsure ? unsure : [])])
      const isWanted = (of: number): boolean => wanted.has(of) || (isConfirmed && of > forwarded)
      if (wanted.size === 0 && !(isConfirmed && forwarded < commit)) return
      const own = [...fragments.filter(({ mergeId }) => mergeId === null).map(({ id }) => id), ...leaving]
      const from = Math.min(forwarded, ...wanted) - 1
      try {
        for (const [of, events] of store.entriesAfter(from, own)) if (isWanted(of)) await push(of, events)
      } catch (error) {
        return failed(error)
      }
      if (isConfirmed) dueAt = Date.now() + Math.max(confirmWithinMs, resendDelayMs(++attempts))
      else dueAt = undefined
      const left = (list: readonly number[]): number[] => list.filter((of) => !wanted.has(of))
      if (wanted.size > 0)
        store.commit({ state: { ...state(), unsent: left(state().unsent), unsure: left(state().unsure) } })
    },

    forget() {
      settled.clear()
      parts.clear()
      attempts = 0
      dueAt = undefined
    },

    confirm(receipts) {
      let moved = false
      for (const { commit, part, parts: of } of receipts) {
        const have = parts.get(commit) ?? new Set()
        parts.set(commit, have.add(part))
        if (have.size < of) continue
        parts.delete(commit)
        moved = tell(commit) || moved
        moved = settle(commit) || moved
      }
      return moved
    },
  }
}
