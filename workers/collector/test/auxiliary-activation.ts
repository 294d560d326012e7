import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from 'wrangler'
import { bundleWorker } from '../../../packages/cli/src/dev/bundle.ts'

/** How the Worker under test is called while it is tested. */
const tested = 'vitest-plugin-runner-collector'

/** Activation as it is deployed, beside the collector under test, but for the queues: its objects work, and no message is taken. */
export const auxiliaryActivation = async (config: string) => {
  const { workerOptions, main } = workerOptionsOf(config)
  if (!main) throw new Error(`${config} names no main`)
  const { durableObjects, queueConsumers: _queues, ...options } = workerOptions as unknown as Record<string, object>
  const objects = Object.entries(durableObjects as Record<string, { scriptName?: string }>).map(([binding, its]) => [
    binding,
    its.scriptName === 'spartito-collector' ? { ...its, scriptName: tested } : its,
  ])
  return {
    ...options,
    name: 'spartito-activation',
    modules: [{ type: 'ESModule' as const, path: 'index.js', contents: await bundleWorker(main) }],
    durableObjects: Object.fromEntries(objects),
    bindings: { ...options.bindings, DELIVERY_SHARDS: '2', OUTCOMES_DELAY_MS: '200', WORKSPACE_MAX_AGE_MS: '0' },
  }
}
