import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ImportSummary } from '../../packages/cli/src/import/import.ts'
import { readProgress } from '../../packages/cli/src/import/progress.ts'
import { keys } from '../support/keys.ts'

const command = resolve(import.meta.dirname, '../../packages/cli/bin/spartito.mjs')

export interface RunOptions {
  folder: string
  collector: string
  /** share of the rows that are answered for when it is killed with -9; not at all when left out */
  killAt?: number | undefined
  /** told the share, and the resident memory in MB, as often as they are looked at */
  watch?: (share: number, rssMb: number) => void
}

export interface Ran {
  /** undefined when it was killed */
  summary?: ImportSummary
  code: number | null
  errors: string
  seconds: number
}

/** Resident memory of a process in MB; 0 where nobody tells. */
const rssOf = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024
  } catch {
    return 0
  }
}

/** How much of the rows is answered for; 0 while they are read. */
const shareOf = (folder: string): number => {
  try {
    const progress = readProgress(folder)
    if (!progress) return 0
    const { accepted, duplicate, quarantined, rejected, rows, part, batches } = progress
    return part === 0 && batches === 0 ? 0 : (accepted + duplicate + quarantined + rejected) / rows
  } catch {
    return 0
  }
}

/** `spartito import history.csv` in a folder, as a user runs it, and killed in the middle if so wanted. */
export const runImport = async ({ folder, collector, killAt, watch }: RunOptions): Promise<Ran> => {
  const input = [command, 'import', 'history.csv', '--map', 'history.json', '--to', collector, '--json']
  const startedAt = performance.now()
  const child = spawn(process.execPath, input, {
    cwd: folder,
    env: { ...process.env, SERVER_KEY: keys.server },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let errors = ''
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const exit = once(child, 'exit') as Promise<[number | null]>
  let isOver = false
  void exit.then(() => {
    isOver = true
  })
  while (!isOver) {
    const share = shareOf(join(folder, 'history.csv.import'))
    watch?.(share, rssOf(child.pid!))
    if (killAt !== undefined && share >= killAt) child.kill('SIGKILL')
    await Promise.race([exit, wait(killAt === undefined ? 100 : 20)])
  }
  const [code] = await exit
  const seconds = (performance.now() - startedAt) / 1_000
  const line = out.trim()
  return { ...(line.startsWith('{') && { summary: JSON.parse(line) as ImportSummary }), code, errors, seconds }
}
