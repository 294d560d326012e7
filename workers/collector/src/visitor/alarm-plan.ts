import { movedTo, nextExpiryOf, nextFlipOf, nextPruneOf, type Plan, type VisitorState } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { EventForwarder } from './event-forwarder.ts'
import type { VisitorStore } from './visitor-store.ts'

/** A failed wake is tried again after this long; an alarm this late counts as lost. */
const wakeAgainMs = 5_000
const lostAlarmMs = 60_000

/** The one alarm of an object: set to the earliest of what is due, and known without asking for it. */
export interface AlarmPlan {
  /** whether it is known which alarm is set */
  isOpen(): boolean
  /** reads which alarm is set, unless that is known */
  open(): Promise<void>
  /** it fires: none is set from now on */
  fired(): void
  /** the transaction that set it was undone: what is set has to be read again */
  undone(): void
  /** sets it when something of this state is due earlier than it; a later instant is found when it fires */
  plan(state: VisitorState): Promise<void> | undefined
  /** a wake has failed: it fires again soon */
  again(now: EpochMs): Promise<void>
}

/** @param known the newest plan that was read: how long an anonymous profile is kept is asked for when the alarm is set */
export const createAlarmPlan = (
  storage: DurableObjectStorage,
  store: VisitorStore,
  events: EventForwarder,
  known: () => Plan | undefined,
): AlarmPlan => {
  let alarmAt: EpochMs | undefined
  let isOpen = false

  const dueOf = (state: VisitorState): EpochMs => {
    if (state.erasing) {
      // It waits for its exits to be confirmed, and for nothing else.
      return [...store.outbox.values()].reduce((due, { dueAt }) => Math.min(due, dueAt), Number.POSITIVE_INFINITY)
    }
    const plan = known()
    // What moves away decides nothing more: it leaves its audiences when all has moved.
    let due = (movedTo(state) ? undefined : nextFlipOf(state)) ?? Number.POSITIVE_INFINITY
    due = Math.min(due, events.dueAt() ?? due)
    for (const { dueAt } of store.outbox.values()) due = Math.min(due, dueAt)
    if (state.role.kind === 'host') due = Math.min(due, nextPruneOf(state, plan) ?? due)
    for (const { retryAt } of Object.values(state.claims)) due = Math.min(due, retryAt)
    if (plan) due = Math.min(due, nextExpiryOf(state, plan) ?? due)
    return due
  }

  const set = (at: EpochMs): Promise<void> => {
    alarmAt = at
    return storage.setAlarm(at)
  }

  return {
    isOpen: () => isOpen,

    async open() {
      if (isOpen) return
      const stored = await storage.getAlarm()
      // Another call may have opened it meanwhile, and set another one.
      if (isOpen) return
      alarmAt = stored ?? undefined
      // An alarm stuck in the past has been seen on the network; it counts as none.
      if (alarmAt !== undefined && alarmAt < Date.now() - lostAlarmMs) alarmAt = undefined
      isOpen = true
    },

    fired() {
      alarmAt = undefined
      isOpen = true
    },

    undone() {
      isOpen = false
    },

    plan(state) {
      const due = dueOf(state)
      if (due === Number.POSITIVE_INFINITY || (alarmAt !== undefined && alarmAt <= due)) return undefined
      return set(due)
    },

    again: (now) => set(now + wakeAgainMs),
  }
}
