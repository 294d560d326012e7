import { collectorConfig } from '../../packages/cli/src/dev/runtime.ts'
import { writeWrappedWorker } from './write-wrapped-worker.ts'

export interface WrappedVisitor {
  /** names the wrapping: a folder for all Workers that are wrapped alike */
  wrapping: string
  /** the path of the module that wraps */
  module: string
  /** its function, from the Visitor's class to the one to run instead */
  wrap: string
}

/** @returns the configuration of a collector as it is deployed, but for its Visitor's class */
export const writeWrappedVisitor = ({ wrapping, module, wrap }: WrappedVisitor): Promise<string> =>
  writeWrappedWorker({
    config: collectorConfig,
    wrapping,
    worker: 'collector',
    entry: (main) => `import { Visitor as Own } from ${JSON.stringify(main)}
import { ${wrap} } from ${JSON.stringify(module)}
export * from ${JSON.stringify(main)}
export const Visitor = ${wrap}(Own)
export { default } from ${JSON.stringify(main)}
`,
  })
