import { type TokenBucket, takeTokens } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'

const maxMet = 5_000
const maxNetworks = 1_000
/** Of a small budget too somebody is asked for. */
const leastAsks = 30
/** Beyond a spent budget so many are asked for, by the share of the budget. */
const askedShare = 0.5

/**
 * Whom this isolate has met, and how many of those that it has not are asked for while the budget of their network is spent. Only an
 * object knows whether it is new, and to ask costs a call and the opening of an object: a flood of made-up ids would buy one of these with
 * each request.
 */
export const createStrangers = () => {
  const met = new Set<string>()
  const asks = new Map<string, TokenBucket>()
  return {
    /** Remembers a visitor that was taken; the oldest is forgotten first. */
    meet(name: string): void {
      if (met.has(name)) return
      if (met.size >= maxMet) met.delete(met.values().next().value!)
      met.add(name)
    },

    hasMet: (name: string): boolean => met.has(name),

    /** Whether one more stranger of a network may be asked for. @param budget of new visitors a minute */
    mayAsk(key: string, budget: number, now: EpochMs): boolean {
      if (!asks.has(key) && asks.size >= maxNetworks) asks.delete(asks.keys().next().value!)
      const { bucket, retryAfterMs } = takeTokens(asks.get(key), Math.max(leastAsks, budget * askedShare), 1, now)
      asks.set(key, bucket)
      return retryAfterMs === 0
    },
  }
}
