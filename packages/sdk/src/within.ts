import type { Ports } from './ports.ts'

/** How long the device's own parts may take: a blocked IndexedDB never answers. */
export const patienceMs = 1_000

/** What `work` comes to within `limitMs`; undefined when it throws, rejects or hangs, which ends nothing but the waiting. */
export const within = <Value>(
  timer: Ports['timer'],
  work: () => Promise<Value> | undefined,
  limitMs = patienceMs,
): Promise<Value | undefined> =>
  new Promise((resolve) => {
    const giveUp = (): void => resolve(undefined)
    timer(giveUp, limitMs)
    ;(async () => work())().then(resolve, giveUp)
  })
