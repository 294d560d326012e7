import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { repositoryRoot } from '../dev/runtime.ts'
import { firstCollector } from './first-collector.ts'

const queues = ['events', 'audience-changes', 'sweep', 'lake'].flatMap((queue) => [queue, `${queue}-dead`])
const bucket = 'spartito-lake'
const namespaceTitle = 'spartito-config'
/** What the wrangler files hold until the account's own namespace is known. */
const localId = '00000000000000000000000000000000'

/** Where a folder has its two Workers: one that `spartito init` has made, or the clone itself. */
const workersOf = (folder: string): string[] => {
  for (const workers of ['.', 'workers']) {
    const found = ['collector', 'activation'].map((worker) => resolve(folder, workers, worker))
    if (found.every((worker) => existsSync(join(worker, 'wrangler.jsonc')))) return found
  }
  throw new Error(`${resolve(folder)} holds no deployment: make one with spartito init, or name its folder`)
}

/** The version that comes with this command, whatever the shell finds. */
const wranglerScript = (): string => {
  const manifest = createRequire(import.meta.url).resolve('wrangler/package.json')
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> }
  return join(dirname(manifest), bin.wrangler!)
}

const wrangler = (args: string[], cwd: string): string =>
  execFileSync(process.execPath, [wranglerScript(), ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  })

/** Makes something, unless the account has it: wrangler says so on the error stream. */
const make = (args: string[], cwd: string): void => {
  try {
    wrangler(args, cwd)
    console.log(`made: ${args.join(' ')}`)
  } catch {
    console.log(`not made (if wrangler says above that it exists, all is well): ${args.join(' ')}`)
  }
}

const findNamespace = (cwd: string): string | undefined => {
  const known = JSON.parse(wrangler(['kv', 'namespace', 'list'], cwd)) as { id: string; title: string }[]
  return known.find(({ title }) => title === namespaceTitle)?.id
}

const kvNamespace = (cwd: string): string => {
  const known = findNamespace(cwd)
  if (known) return known
  wrangler(['kv', 'namespace', 'create', namespaceTitle], cwd)
  const made = findNamespace(cwd)
  if (!made) throw new Error(`the KV namespace ${namespaceTitle} was not made: run npx wrangler login, then again`)
  return made
}

/** Whether the account has a Worker; wrangler tells of one that it has not by failing. */
const isDeployed = (name: string, cwd: string): boolean => {
  try {
    wrangler(['deployments', 'list', '--name', name], cwd)
    return true
  } catch {
    return false
  }
}

/** Deploys the collector as it is before there is any activation, so that activation can name its objects. */
const deployFirst = (collector: string, flags: string[]): void => {
  const file = join(collector, 'wrangler.first.jsonc')
  writeFileSync(file, firstCollector(readFileSync(join(collector, 'wrangler.jsonc'), 'utf8')))
  try {
    console.log(wrangler(['deploy', '-c', file, ...flags], collector))
  } finally {
    rmSync(file)
  }
}

/**
 * Deploys both Workers: makes what the account lacks (queues, bucket, KV namespace), writes the namespace's id into the
 * wrangler files, then deploys them. Each names objects of the other, so where the account has no activation yet, the collector goes
 * first without those of activation, and again after it. What breaks off is done again from the beginning.
 *
 * @param folder one that `spartito init` has made, or the clone
 * @param isDryRun only builds and checks; needs neither account nor network
 * @throws Error of wrangler, which says what it lacks
 */
export const deploy = (folder: string, isDryRun: boolean): void => {
  const workers = workersOf(folder)
  if (!existsSync(join(repositoryRoot, 'workers/collector/generated/tag.ts')))
    throw new Error(`the tag is not built: run npm run build in ${repositoryRoot} first`)
  if (isDryRun) {
    deployFirst(workers[0]!, ['--dry-run'])
    for (const worker of workers) console.log(wrangler(['deploy', '--dry-run'], worker))
    return
  }
  const [collector, activation] = workers as [string, string]
  for (const queue of queues) make(['queues', 'create', queue], collector)
  make(['r2', 'bucket', 'create', bucket], collector)
  for (const worker of workers) {
    const file = resolve(worker, 'wrangler.jsonc')
    const text = readFileSync(file, 'utf8')
    if (text.includes(localId)) writeFileSync(file, text.replace(localId, kvNamespace(collector)))
  }
  if (!isDeployed('spartito-activation', collector)) deployFirst(collector, [])
  // Activation before the collector: what it is asked is there when it is asked.
  for (const worker of [activation, collector]) console.log(wrangler(['deploy'], worker))
  console.log(
    'Next: npx wrangler secret put ADMIN_TOKEN --name spartito-collector, and the others; then spartito publish --to its address.',
  )
}
