import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { repositoryRoot } from '../../packages/cli/src/dev/runtime.ts'

export interface WrappedWorker {
  /** the wrangler.jsonc of the Worker as it is deployed */
  config: string
  /** names the wrapping: a folder for all Workers that are wrapped alike */
  wrapping: string
  /** the runtime names a Worker after its folder, and bindings between Workers use the names */
  worker: 'collector' | 'activation'
  /**
   * @param main the Worker's own module
   * @param classes the names of its objects' classes
   * @returns the module to run instead, which imports the Worker's own
   */
  entry(main: string, classes: readonly string[]): string
}

/**
 * Writes a Worker's own configuration with another entry, so that harnesses can watch what the Worker does and production
 * code knows nothing of it. Within the repository, as the runtime wants it, ignored by git, and the same for every run.
 *
 * @returns the configuration to start instead of the Worker's own
 */
export const writeWrappedWorker = async ({ config, wrapping, worker, entry }: WrappedWorker): Promise<string> => {
  const text = await readFile(config, 'utf8')
  const main = /"main": "([^"]+)"/.exec(text)?.[1]
  if (main === undefined) throw new Error(`${config} names no main`)
  // Those that another Worker defines are named with it.
  const classes = [...text.matchAll(/"class_name": "(\w+)" }/g)].map(([, name]) => name!)
  const folder = join(repositoryRoot, 'test/results', wrapping, worker)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'index.js'), entry(resolve(dirname(config), main), classes))
  const wrapped = join(folder, 'wrangler.jsonc')
  await writeFile(wrapped, text.replace(`"main": "${main}"`, '"main": "index.js"'))
  return wrapped
}
