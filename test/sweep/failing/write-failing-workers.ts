import { fileURLToPath } from 'node:url'
import { activationConfig, collectorConfig } from '../../../packages/cli/src/dev/runtime.ts'
import { writeWrappedWorker } from '../../support/write-wrapped-worker.ts'

const failVisits = JSON.stringify(fileURLToPath(new URL('fail-visits.ts', import.meta.url)))

/** @returns configurations of a collector whose visits fail as `FAILING_VISITS` says, and of activation as it is deployed */
export const writeFailingWorkers = async (): Promise<{ collector: string; activation: string }> => ({
  collector: await writeWrappedWorker({
    config: collectorConfig,
    wrapping: 'failing',
    worker: 'collector',
    entry: (main) => `import { Visitor as Own } from ${JSON.stringify(main)}
import { failVisits } from ${failVisits}
export * from ${JSON.stringify(main)}
export const Visitor = failVisits(Own)
export { default } from ${JSON.stringify(main)}
`,
  }),
  activation: activationConfig,
})
