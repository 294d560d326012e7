import type { EpochMs } from '@spartito/protocol'

const maxRemembered = 1_000

/** Which visitors are over their budget, as their objects have told this isolate: until then they cost no call. Few, and for short. */
export const createLimitedVisitors = () => {
  const until = new Map<string, EpochMs>()
  return {
    /** How long a visitor has to wait, in ms; 0 for who need not. */
    waitMs(name: string, now: EpochMs): number {
      if (until.size === 0) return 0
      const its = until.get(name)
      if (its === undefined) return 0
      if (its > now) return its - now
      until.delete(name)
      return 0
    },
    limit(name: string, to: EpochMs): void {
      if (until.size >= maxRemembered) until.delete(until.keys().next().value!)
      until.set(name, to)
    },
  }
}
