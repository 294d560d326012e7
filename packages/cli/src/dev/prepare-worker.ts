import { createHash, randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { bundleWorker } from './bundle.ts'

/** A Worker as the runtime takes it; all of it is JSON. */
export interface PreparedWorker {
  name: string
  /** what its wrangler.jsonc says, in Miniflare's form */
  options: Record<string, unknown>
  /** its entry, which the code is bundled from */
  main: string
  code: string
}

/** Each Worker's name is `spartito-<folder>`, as its wrangler.jsonc says; bindings between Workers use it. */
export const nameOf = (config: string): string => `spartito-${basename(dirname(config))}`

/** Reads and bundles a Worker. @throws Error when its configuration names no entry, or the entry does not build */
const prepare = async (config: string): Promise<PreparedWorker> => {
  // wrangler takes a second to load, so it is loaded only when it is asked.
  const { unstable_getMiniflareWorkerOptions: optionsOf } = await import('wrangler')
  const { workerOptions, main } = optionsOf(config)
  if (!main) throw new Error(`${config} names no main`)
  return { name: nameOf(config), options: { ...workerOptions }, main, code: await bundleWorker(main) }
}

/**
 * Reads and bundles a Worker, or takes what an earlier start has kept.
 *
 * @param folder where it is kept for starts between which no source changes; prepared anew when left out
 * @throws Error when its configuration names no entry, or the entry does not build
 */
export const prepareWorker = async (config: string, folder?: string): Promise<PreparedWorker> => {
  if (folder === undefined) return prepare(config)
  const path = join(folder, `${createHash('sha256').update(config).digest('hex')}.json`)
  const kept = await readFile(path, 'utf8').catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as PreparedWorker
  const prepared = await prepare(config)
  // Two that prepare it at once write the same; nobody reads half of it.
  const half = `${path}.${randomUUID()}`
  await writeFile(half, JSON.stringify(prepared))
  await rename(half, path)
  return prepared
}
