import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { RuntimeOptions } from '../../packages/cli/src/dev/runtime.ts'
import { groupRuns, signalGroup } from './signal-group.ts'

export type RuntimeRequest =
  | { id: number; ask: 'copyLake'; prefix: string; to: string }
  | { id: number; ask: 'stop'; prefix: ''; to: '' }

export interface RuntimeProcess {
  /** the leader of its process group: the runtime's Node, of which workerd is a child */
  pid: number
  /** kill -9 of the whole process group; @returns when all of it is gone */
  kill(): Promise<void>
  /** an orderly end, and a kill when that takes too long */
  stop(): Promise<void>
  /** copies the lake's objects below a prefix to a folder; @returns how many */
  copyLake(prefix: string, to: string): Promise<number>
}

type Told = { ready?: true; id?: number; copied?: number; error?: string }

const program = fileURLToPath(new URL('runtime-process.ts', import.meta.url))
const startWithinMs = 60_000
const stopWithinMs = 10_000
const goneWithinMs = 3_000

/** A killed process is not gone at once: its ports and files are free when the last of the group is. */
const untilGroupIsGone = async (pid: number): Promise<void> => {
  for (const deadline = Date.now() + goneWithinMs; Date.now() < deadline; await wait(20)) if (!groupRuns(pid)) return
}

const becomeReady = (child: ChildProcess, logFile: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the runtime was not ready in ${startWithinMs} ms`)), startWithinMs)
    child.once('exit', async (code) => {
      clearTimeout(timer)
      const log = await readFile(logFile, 'utf8').catch(() => '')
      reject(new Error(`the runtime ended with ${code} before it was ready:\n${log.slice(-2_000)}`))
    })
    child.on('message', (told: Told) => {
      if (!told.ready) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve()
    })
  })

/**
 * Starts Workers in a process group of their own.
 *
 * @param logFile takes what they print; it is appended to
 * @throws Error with the end of the log, when they do not start
 */
export const startRuntimeProcess = async (options: RuntimeOptions, logFile: string): Promise<RuntimeProcess> => {
  const log = openSync(logFile, 'a')
  const { SPARTITO_PREPARED: preparedIn } = process.env
  const its = { ...(preparedIn !== undefined && { preparedIn }), ...options }
  const child = spawn(process.execPath, [program, JSON.stringify(its)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const pid = child.pid!
  const kill = async (): Promise<void> => {
    signalGroup(pid, 'SIGKILL')
    await untilGroupIsGone(pid)
  }
  try {
    await becomeReady(child, logFile)
  } catch (error) {
    await kill()
    throw error
  }
  let asked = 0
  return {
    pid,
    kill,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit')
        child.send({ id: 0, ask: 'stop', prefix: '', to: '' } satisfies RuntimeRequest)
        await Promise.race([exit, wait(stopWithinMs, undefined, { ref: false })])
      }
      await kill()
    },
    copyLake: (prefix, to) =>
      new Promise((resolve, reject) => {
        const id = ++asked
        const ended = (): void => reject(new Error('the runtime ended while its lake was read'))
        const take = (told: Told): void => {
          if (told.id !== id) return
          child.off('message', take)
          child.off('exit', ended)
          if (told.error === undefined) resolve(told.copied ?? 0)
          else reject(new Error(told.error))
        }
        child.on('message', take)
        child.once('exit', ended)
        child.send({ id, ask: 'copyLake', prefix, to } satisfies RuntimeRequest)
      }),
  }
}
