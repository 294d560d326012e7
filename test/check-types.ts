/** Checks the types of every workspace that has a tsconfig.json, two at a time; prints what is wrong and fails. */
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const configs = globSync(
  ['packages/*/tsconfig.json', 'workers/*/tsconfig.json', 'examples/*/tsconfig.json', 'test/tsconfig.json'],
  // their dependencies are their own, and so is their check
  { exclude: ['examples/app/**', 'examples/next/**'] },
)
const queue = [...configs]
let failed = 0

const worker = async (): Promise<void> => {
  for (let config = queue.shift(); config; config = queue.shift()) {
    try {
      await run('tsc', ['-p', config])
    } catch (error) {
      failed++
      console.error(`${config}\n${(error as { stdout?: string }).stdout ?? error}`)
    }
  }
}

await Promise.all([worker(), worker()])
console.log(`types: ${configs.length - failed} of ${configs.length} projects are sound`)
process.exitCode = failed === 0 ? 0 : 1
