import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

const here = fileURLToPath(new URL('.', import.meta.url))
const patienceMs = 40_000

/** Bundles an entry as a user's build does: one file, with nothing but the runtime's own modules left out. */
export const bundle = async (entry: 'program' | 'worker', outfile: string): Promise<string> => {
  await build({
    entryPoints: [join(here, `${entry}.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: entry === 'worker' ? 'browser' : 'node',
    logLevel: 'error',
  })
  return outfile
}

const installed = (name: string): string => join(here, 'node_modules/.bin', name)

/** How a bundle is run as a process, by the runtime's name; without those that are not installed here. */
export const processes: Record<string, (file: string, ...args: string[]) => [command: string, args: string[]]> = {
  node: (file, ...args) => [process.execPath, [file, ...args]],
  ...(existsSync(installed('deno')) && {
    deno: (file: string, ...args: string[]) => [
      installed('deno'),
      [
        'run',
        '--no-prompt',
        '--allow-net=127.0.0.1',
        '--allow-read',
        '--allow-write',
        '--allow-env',
        '--allow-run',
        file,
        ...args,
      ],
    ],
  }),
  ...(existsSync(installed('bun')) && {
    bun: (file: string, ...args: string[]) => [installed('bun'), [file, ...args]],
  }),
}

/** Runs a process to its end. @returns what its one line says */
export const run = <T>([command, args]: readonly [string, string[]]): Promise<T> =>
  new Promise((resolve, reject) => {
    execFile(command, args, { timeout: patienceMs }, (error, out, said) =>
      error ? reject(new Error(`${command}: ${error.message}\n${said}`)) : resolve(JSON.parse(out) as T),
    )
  })

/** The Worker in workerd, on loopback. */
export const startWorker = async (file: string): Promise<Miniflare> => {
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      workers: [
        { name: 'worker', modules: true, script: await readFile(file, 'utf8'), compatibilityDate: '2026-11-01' },
      ],
    } as unknown as Parameters<typeof convertV4MiniflareOptions>[0]),
  )
  await worker.ready
  return worker
}
