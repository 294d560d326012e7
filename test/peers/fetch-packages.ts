import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Package, packages } from './packages.ts'

const run = promisify(execFile)
const fetchWithinMs = 120_000
const cache = resolve(import.meta.dirname, '../../node_modules/.cache/spartito-peers')

/** A module that imports from here finds each package in the version that is listed; another version is another folder. */
const versions = createHash('sha256').update(JSON.stringify(packages)).digest('hex').slice(0, 12)
export const packagesFolder = join(cache, versions)

const folderOf = ({ name }: Package): string => join(packagesFolder, 'node_modules', name)

/** npm as this program was started by it, else the machine's. @returns what it prints */
const npm = async (args: string[], cwd: string): Promise<string> => {
  const options = { cwd, timeout: fetchWithinMs, maxBuffer: 2 ** 26 }
  const script = process.env.npm_execpath
  try {
    const ran = script?.endsWith('.js') ? run(process.execPath, [script, ...args], options) : run('npm', args, options)
    return (await ran).stdout
  } catch (error) {
    const { stderr = '', killed } = error as { stderr?: string; killed?: boolean }
    const code = killed ? `no answer in ${fetchWithinMs / 1_000} s` : /npm error code (\S+)/.exec(stderr)?.[1]
    throw new Error(`npm ${args[0]}: ${code ?? error}`)
  }
}

const take = async (archive: string, wanted: Package): Promise<void> => {
  const { name, version, integrity } = wanted
  const hash = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')
  if (`sha512-${hash}` !== integrity) throw new Error(`${name}@${version} is not the archive that is listed`)
  const unpacked = `${archive}.unpacked`
  await mkdir(unpacked)
  await run('tar', ['-xzf', archive, '-C', unpacked, '--strip-components=1'])
  await mkdir(dirname(folderOf(wanted)), { recursive: true })
  await rename(unpacked, folderOf(wanted))
}

/**
 * Fetches the packages that are not in the cache yet; from then on no network is needed. Nothing of them is run.
 *
 * @throws Error where the registry does not answer, or with another archive than the listed one
 */
export const fetchPackages = async (): Promise<void> => {
  const missing = packages.filter((wanted) => !existsSync(folderOf(wanted)))
  if (missing.length === 0) return
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'fetch-'))
  try {
    const names = missing.map(({ name, version }) => `${name}@${version}`)
    const flags = ['--json', '--prefer-offline', '--ignore-scripts', '--fetch-retries=1', '--pack-destination', folder]
    const packed = JSON.parse(await npm(['pack', ...flags, ...names], folder)) as {
      name: string
      filename: string
    }[]
    for (const wanted of missing) {
      const file = packed.find(({ name }) => name === wanted.name)?.filename
      if (file === undefined) throw new Error(`npm pack gave no ${wanted.name}`)
      await take(join(folder, file), wanted)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
