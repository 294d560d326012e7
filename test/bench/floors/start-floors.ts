import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFreePort } from '../../../packages/cli/src/dev/free-ports.ts'
import { type RuntimeProcess, startRuntimeProcess } from '../../support/start-runtime-process.ts'

export interface Floors {
  runtime: RuntimeProcess
  rowAndQueue: string
  rowAlone: string
}

const configOf = (floor: string): string => fileURLToPath(new URL(`${floor}/wrangler.jsonc`, import.meta.url))

/** Runs the floors in the same manner as the collector: on workerd by Miniflare, in a process of their own. */
export const startFloors = async (folder: string): Promise<Floors> => {
  const ports = { queue: await findFreePort('127.0.0.1'), alone: await findFreePort('127.0.0.1') }
  const runtime = await startRuntimeProcess(
    {
      stateDir: join(folder, 'floors'),
      workers: [
        { config: configOf('row-and-queue'), port: ports.queue },
        { config: configOf('row-alone'), port: ports.alone },
      ],
    },
    join(folder, 'floors.log'),
  )
  const origin = (port: number): string => `http://127.0.0.1:${port}`
  return { runtime, rowAndQueue: origin(ports.queue), rowAlone: origin(ports.alone) }
}
