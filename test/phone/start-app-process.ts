import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Order, Report } from './app-process.ts'

export interface AppProcess {
  /** Waits until it has done as it was told. @returns how many events its storage holds then */
  tell(order: Order): Promise<number>
  /** kill -9 */
  kill(): Promise<void>
}

const withinMs = 30_000

const report = async (child: ChildProcess): Promise<number> => {
  const [said] = (await Promise.race([
    once(child, 'message', { signal: AbortSignal.timeout(withinMs) }),
    once(child, 'exit').then(() => {
      throw new Error('the app has ended')
    }),
  ])) as [Report]
  return said.kept
}

export const startAppProcess = async (args: {
  bundle: string
  folder: string
  collector: string
  writeKey: string
}): Promise<AppProcess> => {
  const { bundle, folder, collector, writeKey } = args
  const child = fork(join(import.meta.dirname, 'app-process.ts'), [bundle, folder, collector, writeKey])
  await report(child)
  return {
    async tell(order) {
      child.send(order)
      return report(child)
    },
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
