/**
 * Runs Workers in a process of its own, so that a harness can kill them, or measure them apart from itself.
 * Takes its options as JSON, tells over IPC when it is ready, and ends when its parent is gone.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type RuntimeOptions, startRuntime } from '../../packages/cli/src/dev/runtime.ts'
import type { RuntimeRequest } from './start-runtime-process.ts'

const options = JSON.parse(process.argv[2]!) as RuntimeOptions
const runtime = await startRuntime({ ...options, log: (line) => console.error(line) })

/** Copies every object of the lake below a prefix to a folder; @returns how many */
const copyLake = async (prefix: string, to: string): Promise<number> => {
  const lake = await runtime.lake()
  let copied = 0
  let cursor: string | undefined
  do {
    const page = await lake.list({ prefix, ...(cursor === undefined ? {} : { cursor }) })
    for (const { key } of page.objects) {
      const object = await lake.get(key)
      if (!object) continue
      await mkdir(dirname(join(to, key)), { recursive: true })
      await writeFile(join(to, key), new Uint8Array(await object.arrayBuffer()))
      copied++
    }
    cursor = page.truncated ? page.cursor : undefined
  } while (cursor !== undefined)
  return copied
}

const stop = async (): Promise<void> => {
  await runtime.stop()
  process.exit(0)
}

process.on('message', async ({ id, ask, prefix, to }: RuntimeRequest) => {
  if (ask === 'stop') return stop()
  try {
    process.send?.({ id, copied: await copyLake(prefix, to) })
  } catch (error) {
    process.send?.({ id, error: String(error) })
  }
})
process.on('disconnect', stop)
process.send?.({ ready: true })
