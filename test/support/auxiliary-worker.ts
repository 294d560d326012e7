import { basename, dirname } from 'node:path'
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from 'wrangler'
import { bundleWorker } from '../../packages/cli/src/dev/bundle.ts'

/**
 * The other Worker as it is deployed, beside the one under test, but for the queues: its objects work, and it takes no message.
 *
 * @param config its wrangler.jsonc
 * @param tested the folder of the Worker under test, whose objects it names
 * @param project the name of the tests, which the tested Worker's is made of
 */
export const auxiliaryWorker = async (
  config: string,
  tested: string,
  bindings: Record<string, string>,
  project = tested,
) => {
  const { workerOptions, main } = workerOptionsOf(config)
  if (!main) throw new Error(`${config} names no main`)
  const { durableObjects, queueConsumers: _queues, ...options } = workerOptions as unknown as Record<string, object>
  const objects = Object.entries(durableObjects as Record<string, { scriptName?: string }>).map(([binding, its]) => [
    binding,
    its.scriptName === `spartito-${tested}` ? { ...its, scriptName: `vitest-plugin-runner-${project}` } : its,
  ])
  return {
    ...options,
    name: `spartito-${basename(dirname(config))}`,
    modules: [{ type: 'ESModule' as const, path: 'index.js', contents: await bundleWorker(main) }],
    durableObjects: Object.fromEntries(objects),
    bindings: { ...options.bindings, ...bindings },
  }
}
