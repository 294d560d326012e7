import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'
import { findFreePort } from '../../packages/cli/src/dev/free-ports.ts'
import type { RunOptions } from './run-runtime.ts'

export const serverKey = 'sk_sweep_test'
const adminToken = 'admin'

export interface SweepStats {
  version: number
  shards: number
  done: number
  visited: number
  changed: number
  failed: number
  isDone: boolean
}

/** The collector and activation on this machine, with a state that survives a kill. */
export interface Deployment {
  origin: string
  admin<T>(path: string, init?: RequestInit): Promise<T>
  publish(workspace: Workspace): Promise<number>
  collect(batch: unknown[]): Promise<Answer>
  sweep(): Promise<SweepStats>
  /** @param vars beside those it was deployed with */
  start(vars?: Record<string, string>): Promise<void>
  /** `kill -9` of the whole process group */
  kill(): Promise<void>
  /** kills it and removes its state */
  remove(): Promise<void>
}

const launch = (options: RunOptions): Promise<ChildProcess> =>
  new Promise((ready, fail) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'run-runtime.ts'), JSON.stringify(options)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout!.once('data', () => ready(child))
    child.once('exit', (code) => fail(new Error(`the runtime ended with ${code} before it was ready`)))
  })

export const deploy = async (vars: Record<string, string>, configs?: RunOptions['configs']): Promise<Deployment> => {
  const stateDir = await mkdtemp(join(tmpdir(), 'spartito-sweep-'))
  const port = await findFreePort('127.0.0.1')
  const origin = `http://127.0.0.1:${port}`
  const isVerbose = process.env.VERBOSE !== undefined
  const options = { port, stateDir, vars: { ADMIN_TOKEN: adminToken, ...vars }, isVerbose, ...(configs && { configs }) }
  let child: ChildProcess | undefined

  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(`${origin}${path}`, init)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const deployment: Deployment = {
    origin,
    admin: (path, init = {}) => ask(path, { ...init, headers: { authorization: `Bearer ${adminToken}` } }),
    async publish(workspace) {
      const init = { method: 'PUT', body: JSON.stringify(workspace) }
      return (await deployment.admin<{ version: number }>('/admin/workspace', init)).version
    },
    collect: (batch) => ask('/v1/batch', { method: 'POST', body: JSON.stringify({ writeKey: serverKey, batch }) }),
    sweep: async () => (await deployment.admin<{ sweep: SweepStats }>('/admin/stats')).sweep,
    async start(more = {}) {
      child = await launch({ ...options, vars: { ...options.vars, ...more } })
    },
    async kill() {
      const running = child
      if (!running?.pid || running.exitCode !== null) return
      const gone = new Promise((done) => running.once('exit', done))
      process.kill(-running.pid, 'SIGKILL')
      await gone
    },
    async remove() {
      await deployment.kill()
      await rm(stateDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await deployment.start()
  return deployment
}

/** Asks again until the answer is what is wanted. */
export const until = async <T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> => {
  const end = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (isWanted(answer)) return answer
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: the last answer was ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
