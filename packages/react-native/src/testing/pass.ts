import { vi } from 'vitest'

const immediately = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lets faked time pass, and what the storage does in between: slowly at first, since the client waits a second at most for its storage. */
export const pass = async (ms: number): Promise<void> => {
  const steps = [...Array<number>(10).fill(20), ...Array<number>(20).fill((ms - 200) / 20)]
  for (const step of steps) {
    if (step > 0) await vi.advanceTimersByTimeAsync(step)
    for (let turn = 0; turn < 10; turn++) await immediately()
  }
}
