import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What to load, and how long at most. */
export interface LoadJob {
  url: string
  headers: Record<string, string>
  connections: number
  seconds: number
  maxRequests: number
  /** they take turns: `<prefix>0`, `<prefix>1`, … */
  visitors: { prefix: string; count: number }
  eventsPerRequest: number
  eventName: string
  /** the floors parse nothing: they read the visitor from the path */
  isVisitorInPath: boolean
  /** at most so many; as many as are answered when left out */
  requestsPerSecond?: number
}

export interface LoadResult {
  requests: number
  /** answers that were not 200 */
  errors: number
  /** of these: 429 */
  limited: number
  seconds: number
  latenciesMs: number[]
}

export interface Load {
  run(job: LoadJob): Promise<LoadResult>
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('load-process.ts', import.meta.url))

/** Starts the process that makes the load. */
export const startLoad = (): Load => {
  const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let jobs = 0
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const id = ++jobs
        const ended = (): void => reject(new Error('the load generator ended before its job did'))
        const take = (told: { id: number; result: LoadResult }): void => {
          if (told.id !== id) return
          child.off('message', take)
          child.off('exit', ended)
          resolve(told.result)
        }
        child.on('message', take)
        child.once('exit', ended)
        child.send({ id, job })
      }),
    async stop() {
      if (child.exitCode !== null) return
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
