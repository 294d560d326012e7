import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const largestStep = fileURLToPath(new URL('largest-step.ts', import.meta.url))
const heapsMb = [24, 32, 48, 64, 80, 96, 128]
const withinMs = 120_000

const endsWithin = async (program: string, heapMb: number): Promise<number | undefined> => {
  const child = fork(program, {
    execArgv: [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=4'],
    stdio: 'ignore',
    timeout: withinMs,
    killSignal: 'SIGKILL',
  })
  let rows: number | undefined
  child.on('message', (done: { rows: number }) => {
    rows = done.rows
  })
  await once(child, 'exit')
  return rows
}

/**
 * The smallest heap, in MB, in which the largest step of compaction ends. What the runtime takes locally does not tell: without a limit it
 * collects garbage late.
 *
 * @param program does the step and sends what came of it; that of compaction unless said
 * @returns with how many rows it joined; NaN when none was enough
 */
export const smallestHeap = async (program = largestStep): Promise<{ heapMb: number; rows: number }> => {
  for (const heapMb of heapsMb) {
    const rows = await endsWithin(program, heapMb)
    if (rows !== undefined) return { heapMb, rows }
  }
  return { heapMb: Number.NaN, rows: 0 }
}
