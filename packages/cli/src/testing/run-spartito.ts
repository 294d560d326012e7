import { execFile } from 'node:child_process'
import { resolve } from 'node:path'

export interface Ran {
  code: number
  out: string
  err: string
}

export interface RunOptions {
  /** beside the test's own environment */
  env?: Record<string, string>
  cwd?: string
  /** what it reads from standard input */
  input?: string
}

/** The command as a user runs it. */
export const runSpartito = (
  flags: readonly string[],
  { env = {}, cwd = '.', input = '' }: RunOptions = {},
): Promise<Ran> =>
  new Promise((done) => {
    const command = resolve(import.meta.dirname, '../../bin/spartito.mjs')
    const options = { env: { ...process.env, ...env }, cwd, timeout: 60_000 }
    const child = execFile(process.execPath, [command, ...flags], options, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    )
    child.stdin!.end(input)
  })
