import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { activationConfig, collectorConfig, repositoryRoot } from '../../../packages/cli/src/dev/runtime.ts'

const probe = (name: string): string => JSON.stringify(fileURLToPath(new URL(`${name}.ts`, import.meta.url)))

const entries = {
  collector: (main: string, classes: readonly string[]) => `import * as collector from ${JSON.stringify(main)}
import { probeCollector } from ${probe('collector')}
const probed = probeCollector(collector)
export const { ${classes.join(', ')} } = probed
export default probed.default
`,
  activation: (main: string) => `import * as activation from ${JSON.stringify(main)}
import { probeActivation } from ${probe('activation')}
export default probeActivation(activation).default
`,
}

/** Within the repository, as the runtime wants it, and ignored by git; the same for every run. */
const folder = join(repositoryRoot, 'test/results/probe')

/** A Worker's own configuration with another entry: its own module within the probe. */
const write = async (worker: keyof typeof entries, original: string): Promise<string> => {
  const text = await readFile(original, 'utf8')
  const main = /"main": "([^"]+)"/.exec(text)?.[1]
  if (main === undefined) throw new Error(`${original} names no main`)
  const classes = [...text.matchAll(/"class_name": "(\w+)"/g)].map(([, name]) => name!)
  // The runtime names a Worker after its folder, and bindings between the two use the names.
  const its = join(folder, worker)
  await mkdir(its, { recursive: true })
  await writeFile(join(its, 'index.js'), entries[worker](resolve(dirname(original), main), classes))
  const config = join(its, 'wrangler.jsonc')
  await writeFile(config, text.replace(`"main": "${main}"`, '"main": "index.js"'))
  return config
}

/** @returns configurations of the counted Workers, for `startSpartito` */
export const writeProbes = async (): Promise<{ collector: string; activation: string }> => ({
  collector: await write('collector', collectorConfig),
  activation: await write('activation', activationConfig),
})
