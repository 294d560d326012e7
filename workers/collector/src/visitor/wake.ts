import { catchUp, expire, movedTo, nextFlipOf, nextPruneOf, type Plan, prune, type Step } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { resendOutgoing } from './change-sender.ts'
import type { ClaimDriver } from './claim-driver.ts'
import type { EventForwarder } from './event-forwarder.ts'
import type { VisitorStore } from './visitor-store.ts'

/**
 * A flip that comes so soon is waited for: the object's time until then costs less than another alarm (0.7 s cost as much). Events that came
 * since an alarm was set move the instant a little later, since an alarm is only ever moved to an earlier one.
 */
const nearMs = 500

interface Host {
  env: Env
  name(): string
  store: VisitorStore
  events: EventForwarder
  claims: ClaimDriver
  plan(): Promise<Plan>
  commit(step: Step): Promise<void>
  tidy(): void
}

/** Does all that is due at an object when its one alarm fires; each part finds out by itself whether it is. */
export const createWake = ({ env, name, store, events, claims, plan: readPlan, commit, tidy }: Host) => {
  /** Takes what time alone changes, and a newer version of the workspace (AU1, AU5). */
  const decide = async (plan: Plan, now: EpochMs): Promise<void> => {
    const { state } = store
    if (!state || movedTo(state)) return
    const current = catchUp(state, plan, store, now, now)
    if (current.changes.length > 0 || current.state.flips !== state.flips || current.state.version !== state.version)
      await commit({ ...current, appends: [] })
  }

  const decideNear = async (plan: Plan): Promise<void> => {
    const { state } = store
    const leftMs = ((state && nextFlipOf(state)) ?? Number.POSITIVE_INFINITY) - Date.now()
    if (leftMs > nearMs) return
    await scheduler.wait(Math.max(0, leftMs))
    await decide(plan, Date.now())
  }

  /** Ends an anonymous profile that has been idle too long (ID15). */
  const end = async (plan: Plan, now: EpochMs): Promise<void> => {
    const { state } = store
    if (!state) return
    const step = expire(state, plan, now)
    if (step.state !== state) await commit(step)
  }

  /** Bounds the ledger by time (PR1). */
  const bound = async (plan: Plan, now: EpochMs): Promise<void> => {
    const { state } = store
    const dueAt = state?.role.kind === 'host' ? nextPruneOf(state, plan) : undefined
    if (state && dueAt !== undefined && dueAt <= now) await commit(prune(state, plan, store, now))
  }

  return async (now: EpochMs): Promise<void> => {
    const plan = await readPlan()
    if (!store.state) return
    if (store.state.erasing) return resendOutgoing(env, name(), store, now)
    await decide(plan, now)
    await decideNear(plan)
    // A profile that ends has no ledger to prune.
    await end(plan, now)
    await bound(plan, now)
    await resendOutgoing(env, name(), store, now)
    if ((events.dueAt() ?? now) <= now) await events.resend(false)
    await claims.pursue(now)
    tidy()
  }
}
