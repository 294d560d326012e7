import { fileURLToPath } from 'node:url'
import { activationConfig, collectorConfig } from '../../../packages/cli/src/dev/runtime.ts'
import { writeWrappedWorker } from '../../support/write-wrapped-worker.ts'

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** @returns configurations of the two Workers with checkpoints, for `startSpartito` */
export const writeStoppingWorkers = async (): Promise<{ collector: string; activation: string }> => ({
  collector: await writeWrappedWorker({
    config: collectorConfig,
    wrapping: 'crash',
    worker: 'collector',
    entry: (main) => `import { Erasures as OwnErasures, Visitor as OwnVisitor } from ${JSON.stringify(main)}
import { stopVisitor } from ${JSON.stringify(beside('collector.ts'))}
import { stopErasures } from ${JSON.stringify(beside('erasures.ts'))}
export * from ${JSON.stringify(main)}
export const Visitor = stopVisitor(OwnVisitor)
export const Erasures = stopErasures(OwnErasures)
export { default } from ${JSON.stringify(main)}
`,
  }),
  activation: await writeWrappedWorker({
    config: activationConfig,
    wrapping: 'crash',
    worker: 'activation',
    entry: (main) => `import activation, * as own from ${JSON.stringify(main)}
export * from ${JSON.stringify(main)}
import { stopActivation } from ${JSON.stringify(beside('activation.ts'))}
import { stopDeliveries, stopSync } from ${JSON.stringify(beside('deliveries.ts'))}
export const Deliveries = stopDeliveries(own.Deliveries)
export const DestinationSync = stopSync(own.DestinationSync)
export default stopActivation(activation)
`,
  }),
})
