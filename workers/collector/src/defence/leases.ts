import { grantMs } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { Grant } from './budget-object.ts'

interface Lease {
  left: number
  until: EpochMs
  /** how many were asked for, and when */
  size: number
  at: EpochMs
  /** nothing is asked for before, since it is spent; and when there will be some again */
  spentUntil: EpochMs
  againAt: EpochMs
  /** calls under way */
  asking: number
}

/** Asks a `Budget` object. */
export type AskBudget = (wanted: number, atLeast: number) => Promise<Grant>

const firstSize = 4
/** An isolate holds at most this share of a budget: there are others. */
const maxShare = 0.1
/** A spent budget is asked again this soon at the latest. */
const maxSpentMs = 2_000
const maxLeases = 10_000

/**
 * What this isolate may use of budgets that it shares with others: some at a time, for some seconds, so that a call is made for a lease
 * and not for each use, and none while nothing is used.
 */
export const createLeases = () => {
  const leases = new Map<string, Lease>()

  const leaseOf = (key: string): Lease => {
    const known = leases.get(key)
    if (known) return known
    // The oldest go first: who is still there takes a new one.
    if (leases.size >= maxLeases) leases.delete(leases.keys().next().value!)
    const lease: Lease = { left: 0, until: 0, size: firstSize, at: 0, spentUntil: 0, againAt: 0, asking: 0 }
    leases.set(key, lease)
    return lease
  }

  /** A lease that is used up within its time was too small; what was left over was too much. */
  const nextSize = (lease: Lease, budget: number, now: EpochMs): number => {
    const isFresh = now - lease.at < grantMs
    const size = isFresh ? lease.size * 2 : Math.max(firstSize, Math.ceil(lease.size / 2))
    return Math.max(1, Math.min(size, Math.floor(budget * maxShare)))
  }

  return {
    /** Uses `count` of what is held. @returns whether there was enough */
    use(key: string, count: number, now: EpochMs): boolean {
      const lease = leases.get(key)
      if (!lease || lease.left < count || lease.until <= now) return false
      lease.left -= count
      return true
    },

    /** Gives back what was not used after all. */
    giveBack(key: string, count: number): void {
      const lease = leases.get(key)
      if (lease) lease.left += count
    },

    /** How long nothing will be granted, as this isolate has been told; 0 when it has not. */
    spentMs(key: string, now: EpochMs): number {
      const lease = leases.get(key)
      return lease && lease.spentUntil > now ? lease.againAt - now : 0
    },

    /**
     * Uses `count`, and asks for more when less is held.
     *
     * @returns 0 when it may be used, else how long to wait, in ms
     */
    async obtain(key: string, count: number, budget: number, now: EpochMs, ask: AskBudget): Promise<number> {
      if (this.use(key, count, now)) return 0
      const spentMs = this.spentMs(key, now)
      if (spentMs > 0) return spentMs
      const lease = leaseOf(key)
      // While others ask for more than they need, this one asks for what it needs.
      const more = lease.asking > 0 ? 0 : nextSize(lease, budget, now)
      if (more > 0) Object.assign(lease, { size: more, at: now })
      lease.asking++
      try {
        const { granted, retryAfterMs } = await ask(Math.max(count, more), count)
        if (granted < count) {
          // Others may have brought more than they used meanwhile.
          if (this.use(key, count, now)) return 0
          lease.spentUntil = now + Math.min(retryAfterMs, maxSpentMs)
          lease.againAt = now + retryAfterMs
          return retryAfterMs
        }
        lease.left = (lease.until > now ? lease.left : 0) + granted - count
        lease.until = now + grantMs
        return 0
      } finally {
        lease.asking--
      }
    },
  }
}

export type Leases = ReturnType<typeof createLeases>
