import { fileURLToPath } from 'node:url'
import { activationConfig, collectorConfig } from '../../../packages/cli/src/dev/runtime.ts'
import { writeWrappedWorker } from '../../support/write-wrapped-worker.ts'

const probe = (name: string): string => JSON.stringify(fileURLToPath(new URL(`${name}.ts`, import.meta.url)))

/** @returns configurations of the counted Workers, for `startSpartito` */
export const writeProbes = async (): Promise<{ collector: string; activation: string }> => ({
  collector: await writeWrappedWorker({
    config: collectorConfig,
    wrapping: 'probe',
    worker: 'collector',
    entry: (main, classes) => `import * as collector from ${JSON.stringify(main)}
import { probeCollector } from ${probe('collector')}
const probed = probeCollector(collector)
export const { ${classes.join(', ')} } = probed
export default probed.default
`,
  }),
  activation: await writeWrappedWorker({
    config: activationConfig,
    wrapping: 'probe',
    worker: 'activation',
    entry: (main, classes) => `import * as activation from ${JSON.stringify(main)}
import { probeActivation } from ${probe('activation')}
const probed = probeActivation(activation)
export const { ${classes.join(', ')} } = probed
export default probed.default
`,
  }),
})
