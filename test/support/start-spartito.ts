import { join } from 'node:path'
import { findFreePort } from '../../packages/cli/src/dev/free-ports.ts'
import { activationConfig, collectorConfig, localVars } from '../../packages/cli/src/dev/runtime.ts'
import { type Administration, administration } from './administration.ts'
import { keys } from './keys.ts'
import { type RuntimeProcess, startRuntimeProcess } from './start-runtime-process.ts'

export interface SpartitoOptions {
  /** a folder for the state and the log; the same one again keeps the state */
  folder: string
  /** the same one again after a restart */
  port?: number
  /** `local` confirms events as a laptop does, since its queues live in memory; `deployed` does as the network */
  mode?: 'local' | 'deployed'
  /** other configurations of the two Workers */
  configs?: { collector: string; activation: string }
  /** where activation shall listen, when its configuration makes it answer requests */
  activationPort?: number
  /** variables of both Workers, beside their own */
  vars?: Record<string, string>
  /** see `RuntimeOptions` */
  eventsBatchSeconds?: number
}

export interface Spartito {
  collector: string
  port: number
  admin: Administration
  runtime: RuntimeProcess
  logFile: string
}

const start = async ({
  folder,
  port,
  mode = 'local',
  configs = { collector: collectorConfig, activation: activationConfig },
  activationPort,
  vars: more = {},
  eventsBatchSeconds,
}: SpartitoOptions): Promise<Spartito> => {
  const listensOn = port ?? (await findFreePort('127.0.0.1'))
  const vars = { ...localVars, ...(mode === 'deployed' ? { CONFIRM_EVENTS: 'false' } : {}), ...more }
  const logFile = join(folder, 'runtime.log')
  const runtime = await startRuntimeProcess(
    {
      stateDir: join(folder, 'state'),
      ...(eventsBatchSeconds === undefined ? {} : { eventsBatchSeconds }),
      workers: [
        {
          config: configs.collector,
          port: listensOn,
          vars: { ...vars, ADMIN_TOKEN: keys.admin, ADMIN_READ_TOKEN: keys.reader },
        },
        { config: configs.activation, vars, ...(activationPort === undefined ? {} : { port: activationPort }) },
      ],
    },
    logFile,
  )
  const collector = `http://127.0.0.1:${listensOn}`
  return { collector, port: listensOn, admin: administration(collector, keys.admin), runtime, logFile }
}

/**
 * The collector and activation in a process group of their own, with the keys of `keys.ts`. Between the look for a free port and its use
 * somebody else may take it, such as another file of tests: then another one is looked for.
 */
export const startSpartito = async (options: SpartitoOptions): Promise<Spartito> => {
  try {
    return await start(options)
  } catch (error) {
    if (options.port !== undefined || !String(error).includes('ERR_ADDRESS_IN_USE')) throw error
    return start(options)
  }
}
