import { fileURLToPath } from 'node:url'
import { activationConfig } from '../../../packages/cli/src/dev/runtime.ts'
import { writeWrappedVisitor } from '../../support/write-wrapped-visitor.ts'

/** @returns configurations of a collector whose visits fail as `FAILING_VISITS` says, and of activation as it is deployed */
export const writeFailingWorkers = async (): Promise<{ collector: string; activation: string }> => ({
  collector: await writeWrappedVisitor({
    wrapping: 'failing',
    module: fileURLToPath(new URL('fail-visits.ts', import.meta.url)),
    wrap: 'failVisits',
  }),
  activation: activationConfig,
})
