/** Lets everything run that waits for nothing but promises. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

export interface FakeClock {
  now(): number
  timer(work: () => void, delayMs: number): void
  /** Runs the timers that fall due within `ms`, each at its time, and what they lead to. */
  advance(ms: number): Promise<void>
  /** Moves the wall clock alone, as a user or a time server does; timers keep their pace. */
  jump(ms: number): void
}

/** Starts at 2026-01-01, and moves only when told to. */
export const createFakeClock = (): FakeClock => {
  let elapsed = 0
  let offset = Date.UTC(2026, 0, 1)
  let timers: { at: number; work: () => void }[] = []

  const now = (): number => offset + elapsed
  const timer = (work: () => void, delayMs: number): void => {
    timers.push({ at: elapsed + delayMs, work })
  }
  const jump = (ms: number): void => {
    offset += ms
  }
  const advance = async (ms: number): Promise<void> => {
    const end = elapsed + ms
    for (;;) {
      await settle()
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      timers = timers.filter((other) => other !== due)
      elapsed = due.at
      due.work()
    }
    elapsed = end
    await settle()
  }
  return { now, timer, advance, jump }
}
