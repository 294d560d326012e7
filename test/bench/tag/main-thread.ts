import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, CDPSession, Page } from 'playwright-core'
import type { Contender } from './contenders.ts'
import { marksOf } from './marks.ts'
import { onPage } from './on-page.ts'

/** What a page paid for its tag, with the processor throttled. */
export interface MainThreadRound {
  /** all that the main thread did until it had started and was idle, ms */
  startTotalMs: number
  /** the calls alone, ms */
  callsMs: number
  /** how long they blocked the page, with the microtasks that they left, ms */
  callsBlockedMs: number
  /** all that the main thread did from the calls until it was idle, ms */
  callsTotalMs: number
  /** JS heap after a collection, beyond the page's own, KB */
  startHeapKb: number
  callsHeapKb: number
}

export const throttling = 4
export const calls = 1_000
const idleShare = 0.02
const idlePolls = 4
const pollMs = 150
const readyWithinMs = 10_000

declare global {
  interface Window {
    bench: { start(): void; isReady(): boolean; track(name: string): void }
  }
}

interface Blocked {
  /** until the last call has returned, ms */
  returnedMs: number
  /** until the next task: with the microtasks that the calls left, ms */
  blockedMs: number
}

/** Runs work in a task of its own, in the page: the start of the tag, or a call for each name. */
export const block = (page: Page, names: readonly string[]): Promise<Blocked> =>
  page.evaluate(
    (names) =>
      new Promise<Blocked>((resolve) => {
        const { port1, port2 } = new MessageChannel()
        let startedAt = 0
        let returnedMs = 0
        port1.onmessage = () => resolve({ returnedMs, blockedMs: performance.now() - startedAt })
        setTimeout(() => {
          startedAt = performance.now()
          port2.postMessage(undefined)
          if (names.length === 0) window.bench.start()
          for (const name of names) window.bench.track(name)
          returnedMs = performance.now() - startedAt
        }, 50)
      }),
    names,
  )

const taskMs = async (devtools: CDPSession): Promise<number> => {
  const { metrics } = await devtools.send('Performance.getMetrics')
  const secondsOf = (metric: string): number => metrics.find(({ name }) => name === metric)?.value ?? 0
  // asking is a task of the main thread as well
  return (secondsOf('TaskDuration') - secondsOf('DevToolsCommandDuration')) * 1_000
}

/** Waits until the main thread has been all but idle for a while. @returns all that it has done so far, in ms */
const untilIdle = async (devtools: CDPSession, withinMs: number): Promise<number> => {
  let before = await taskMs(devtools)
  let idle = 0
  for (const deadline = Date.now() + withinMs; idle < idlePolls && Date.now() < deadline; ) {
    await wait(pollMs)
    const now = await taskMs(devtools)
    // a page at rest has some work too, four times as long where the processor is throttled
    idle = now - before < pollMs * idleShare * throttling ? idle + 1 : 0
    before = now
  }
  return before
}

const heapKb = async (devtools: CDPSession): Promise<number> => {
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return usedSize / 1_024
}

/** Bounds the calls: the slowest peer's take a minute on a busy machine. */
const callsWithinMs = 150_000

const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    wait(callsWithinMs, undefined, { ref: false }).then(() => {
      throw new Error(`it took longer than ${callsWithinMs} ms`)
    }),
  ])

/**
 * One round of one tag in a browser that has never seen it.
 *
 * @param idleWithinMs how long its work after the calls is waited for
 * @throws Error when it does not start, or does not end
 */
export const measureMainThread = (
  browser: Browser,
  contender: Contender,
  idleWithinMs: number,
): Promise<MainThreadRound> =>
  onPage(browser, contender, async (page, devtools) => {
    await devtools.send('Performance.enable')
    const pageHeapKb = await heapKb(devtools)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttling })
    const before = await untilIdle(devtools, idleWithinMs)
    await inTime(block(page, []))
    await page.waitForFunction(() => window.bench.isReady(), undefined, { timeout: readyWithinMs, polling: 100 })
    const started = await untilIdle(devtools, idleWithinMs)
    const startHeapKb = (await heapKb(devtools)) - pageHeapKb
    const beforeCalls = await taskMs(devtools)
    const { returnedMs: callsMs, blockedMs: callsBlockedMs } = await inTime(block(page, marksOf('timing', calls)))
    const done = await untilIdle(devtools, idleWithinMs)
    const callsHeapKb = (await heapKb(devtools)) - pageHeapKb
    return {
      startTotalMs: started - before,
      callsMs,
      callsBlockedMs,
      callsTotalMs: done - beforeCalls,
      startHeapKb,
      callsHeapKb,
    }
  })
