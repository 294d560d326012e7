import type { DeliveryOutcome, Lanes, ListedDelivery, SettledState } from '@spartito/engine'
import type { Env } from '../env.ts'
import type { DeliveryStore } from './delivery-store.ts'
import { addOutcome, type Meta } from './meta.ts'
import { tellOutcomes, type Untold } from './outcomes.ts'
import { parkedBody, parkedKey } from './park-delivery.ts'
import { type Pending, sentAt, slotOf } from './pending.ts'

/** What becomes of a delivery, beside its state. */
export interface About {
  reason?: string
  status?: number
}

interface Ports {
  env: Env
  store: DeliveryStore
  lanes: Lanes<Pending>
  /** the object's name */
  name(): string
  destination(): string
}

const listedOf = (outcome: DeliveryOutcome, takenAt: number): ListedDelivery => ({
  id: outcome.id,
  kind: outcome.kind,
  profileId: outcome.profile_id,
  audience: outcome.audience,
  state: outcome.state,
  takenAt,
  attempts: outcome.attempts,
  reason: outcome.reason,
  dueAt: null,
})

/** Ends deliveries, and tells the lake of their ends: an outcome waits in its row until its message was sent. */
export const createSettler = ({ env, store, lanes, name, destination }: Ports, loaded: Untold[]) => {
  let untold = loaded
  let last = loaded.at(-1)?.no ?? store.meta().told
  let telling: Promise<void> = Promise.resolve()
  /** profiles whose person is erased: the lake is told of them no more */
  const silent = new Set<string>()

  /** All before it is settled and told. Copies of what was just sent still come: their slots are looked through again. */
  const openFrom = (): number => {
    let oldest = slotOf(Date.now()) - 2
    for (const { slot } of lanes.all()) oldest = Math.min(oldest, slot)
    for (const { slot } of untold) oldest = Math.min(oldest, slot)
    return oldest
  }

  const tell = async (): Promise<void> => {
    if (untold.length === 0) return
    const told = [...untold]
    await tellOutcomes(env, name(), told)
    untold = untold.slice(told.length)
    const counted = told.reduce((meta, { outcome }) => addOutcome(meta, outcome), store.meta())
    store.keepMeta({ ...counted, told: told.at(-1)!.no, openFrom: openFrom() })
  }

  return {
    /** What is counted, also of what was not told yet. */
    counted: (): Meta => untold.reduce((meta, { outcome }) => addOutcome(meta, outcome), store.meta()),

    /** The end of a delivery under way. What is parked lies in the bucket before its row says so. */
    async settle(pending: Pending, state: SettledState, { reason, status }: About): Promise<void> {
      const { kind, profileId, audience, attempts, takenAt, slot } = pending
      const item = store.item(pending)
      const now = Date.now()
      const outcome: DeliveryOutcome = {
        at: now,
        began_at: sentAt(item),
        id: item.delivery.id,
        destination: destination(),
        kind,
        profile_id: profileId,
        audience,
        state,
        attempts,
        status: status ?? null,
        reason: reason ?? null,
        latency_ms: Math.max(0, now - takenAt),
      }
      const { delivery } = item
      const isSilent = silent.has(profileId) || (delivery.kind === 'change' && delivery.change.cause === 'erasure')
      if (state === 'parked') {
        await env.LAKE.put(parkedKey(destination(), outcome.id), parkedBody(item, outcome))
        console.error(JSON.stringify({ at: 'delivery', destination: destination(), kind, state, reason }))
      }
      const no = isSilent ? 0 : last + 1
      store.transaction(() => {
        store.settle(pending, no, outcome)
        if (state === 'parked') store.park(pending, listedOf(outcome, takenAt))
      })
      if (!isSilent) {
        last = no
        untold.push({ no, slot, outcome })
      }
      lanes.settle(pending)
    },

    openFrom,

    /** The person of these profiles is erased. */
    silence(profileIds: readonly string[]): void {
      for (const profileId of profileIds) silent.add(profileId)
      untold = untold.filter(({ outcome }) => !silent.has(outcome.profile_id))
    },

    /** How many wait to be told. */
    untold: (): number => untold.length,

    /** One message after the other. @throws what the queue throws: all wait and are told again */
    tell(): Promise<void> {
      telling = telling.then(tell, tell)
      return telling
    },
  }
}

export type Settler = ReturnType<typeof createSettler>
