/** Runs the collector and activation as a process of its own, so that a test can kill it: `node run-runtime.ts <options as JSON>`. */
import { activationConfig, collectorConfig, localVars, startRuntime } from '../../packages/cli/src/dev/runtime.ts'

export interface RunOptions {
  port: number
  stateDir: string
  vars: Record<string, string>
  /** of the two Workers, when they shall be others than the project's own */
  configs?: { collector: string; activation: string }
  isVerbose?: boolean
}

if (process.argv[2]) {
  const { port, stateDir, vars, configs, isVerbose } = JSON.parse(process.argv[2]) as RunOptions
  const all = { ...localVars, ...vars }
  const { SPARTITO_PREPARED: preparedIn } = process.env
  await startRuntime({
    stateDir,
    ...(preparedIn !== undefined && { preparedIn }),
    workers: [
      { config: configs?.collector ?? collectorConfig, port, vars: all },
      { config: configs?.activation ?? activationConfig, vars: all },
    ],
    ...(isVerbose ? { log: (line: string) => console.error(line) } : {}),
  })
  console.log('ready')
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && process.exit(), 1_000)
}
