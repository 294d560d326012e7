import { fileURLToPath } from 'node:url'
import { activationConfig, collectorConfig } from '../../../packages/cli/src/dev/runtime.ts'
import { writeWrappedWorker } from '../../support/write-wrapped-worker.ts'

const beside = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)))

/** @returns configurations of the two Workers with checkpoints, for `startSpartito` */
export const writeStoppingWorkers = async (): Promise<{ collector: string; activation: string }> => ({
  collector: await writeWrappedWorker({
    config: collectorConfig,
    wrapping: 'crash',
    worker: 'collector',
    entry: (main) => `import { Visitor as Own } from ${JSON.stringify(main)}
import { stopVisitor } from ${beside('collector.ts')}
export * from ${JSON.stringify(main)}
export const Visitor = stopVisitor(Own)
export { default } from ${JSON.stringify(main)}
`,
  }),
  activation: await writeWrappedWorker({
    config: activationConfig,
    wrapping: 'crash',
    worker: 'activation',
    entry: (main) => `import activation from ${JSON.stringify(main)}
import { stopActivation } from ${beside('activation.ts')}
export default stopActivation(activation)
`,
  }),
})
