import { findFreePort } from '../../../packages/cli/src/dev/free-ports.ts'
import { type Spartito, startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { Counts } from '../probe/counts.ts'
import { untilStill } from '../probe/until-still.ts'
import { writeProbes } from '../probe/write-probes.ts'
import { benchWorkspace } from './bench-workspace.ts'

export interface Counted {
  spartito: Spartito
  read(): Promise<{ collector: Counts; activation: Counts }>
  /** waits until alarms have run and consumers are done: until nothing has been counted for so long */
  untilStill(forMs: number): Promise<void>
}

/** Runs the counted collector and activation, as deployed, while `use` does something with them. */
export const withCountedRun = async <T>(
  audiences: Parameters<typeof benchWorkspace>[0],
  use: (counted: Counted) => Promise<T>,
  vars: Record<string, string> = {},
): Promise<T> => {
  const folder = await makeTempFolder('counted')
  const activationPort = await findFreePort('127.0.0.1')
  const spartito = await startSpartito({
    folder: folder.path,
    mode: 'deployed',
    configs: await writeProbes(),
    activationPort,
    vars,
  })
  const ask = async (url: string): Promise<Counts> => (await fetch(url)).json() as Promise<Counts>
  const read = async () => ({
    collector: await ask(`${spartito.collector}/bench/counts`),
    activation: await ask(`http://127.0.0.1:${activationPort}/`),
  })
  try {
    await spartito.admin.publish(benchWorkspace(audiences))
    return await use({
      spartito,
      read,
      untilStill: (forMs) => untilStill(read, forMs),
    })
  } finally {
    await spartito.runtime.stop()
    await folder.remove()
  }
}
