import type { EpochMs } from '@spartito/protocol'

/** A clock that stands still until a test moves it. */
export interface FakeClock {
  now: () => EpochMs
  /** forwards, or backwards as a device's clock may be set */
  advance: (ms: number) => void
  set: (at: EpochMs) => void
}

export const createFakeClock = (start: EpochMs): FakeClock => {
  let at = start
  return {
    now: () => at,
    advance: (ms) => {
      at += ms
    },
    set: (to) => {
      at = to
    },
  }
}
