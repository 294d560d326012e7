import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { repositoryRoot } from '../dev/runtime.ts'

const workers = ['workers/collector', 'workers/activation'].map((path) => resolve(repositoryRoot, path))
const queues = ['events', 'audience-changes', 'sweep', 'events-dead', 'audience-changes-dead', 'sweep-dead']
const bucket = 'spartito-lake'
const namespaceTitle = 'spartito-config'
/** What the wrangler files hold until the account's own namespace is known. */
const localId = '00000000000000000000000000000000'

const wrangler = (args: string[], cwd = repositoryRoot): string =>
  execFileSync('wrangler', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  })

/** Makes something, unless the account has it: wrangler says so on the error stream. */
const make = (args: string[]): void => {
  try {
    wrangler(args)
    console.log(`made: ${args.join(' ')}`)
  } catch {
    console.log(`not made (if wrangler says above that it exists, all is well): ${args.join(' ')}`)
  }
}

const findNamespace = (): string | undefined => {
  const known = JSON.parse(wrangler(['kv', 'namespace', 'list'])) as { id: string; title: string }[]
  return known.find(({ title }) => title === namespaceTitle)?.id
}

const kvNamespace = (): string => {
  const known = findNamespace()
  if (known) return known
  wrangler(['kv', 'namespace', 'create', namespaceTitle])
  const made = findNamespace()
  if (!made) throw new Error(`the KV namespace ${namespaceTitle} was not made: run npx wrangler login, then again`)
  return made
}

/**
 * Deploys both Workers: makes what the account lacks (queues, bucket, KV namespace), writes the namespace's id into the
 * wrangler files, then deploys the collector and, since it binds to the collector's objects, activation after it.
 *
 * @param isDryRun only builds and checks; needs neither account nor network
 * @throws Error of wrangler, which says what it lacks
 */
export const deploy = (isDryRun: boolean): void => {
  if (isDryRun) {
    for (const worker of workers) console.log(wrangler(['deploy', '--dry-run'], worker))
    return
  }
  for (const queue of queues) make(['queues', 'create', queue])
  make(['r2', 'bucket', 'create', bucket])
  for (const worker of workers) {
    const file = resolve(worker, 'wrangler.jsonc')
    const text = readFileSync(file, 'utf8')
    if (text.includes(localId)) writeFileSync(file, text.replace(localId, kvNamespace()))
  }
  for (const worker of workers) console.log(wrangler(['deploy'], worker))
  console.log('Next: npx wrangler secret put ADMIN_TOKEN --name spartito-collector, then publish your workspace.')
}
