import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkWorkspace, type Fault, type PublishedWorkspace, type Workspace } from '@spartito/workspace'
import { build } from 'esbuild'
import { askAdministration } from '../collector/administration.ts'
import { loadSecrets } from '../collector/secret.ts'

/** `GET /admin/workspace` of a running collector. */
export const readPublished = async (
  collector: string,
  tokenEnv: string,
  scope: 'read' | 'write',
): Promise<PublishedWorkspace> => {
  const ask = askAdministration(collector, tokenEnv, scope)
  return (await ask('/admin/workspace')).json() as Promise<PublishedWorkspace>
}

/** The default export of a module, in TypeScript or JavaScript, with all that it imports. */
const run = async (file: string): Promise<unknown> => {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'es2024',
    logLevel: 'silent',
  })
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64')
  const { default: document } = (await import(`data:text/javascript;base64,${code}`)) as { default?: unknown }
  if (document === undefined)
    throw new Error(`${file} exports nothing by default: export default defineWorkspace({ … })`)
  return document
}

const parse = (from: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${from} is not JSON: ${(error as Error).message}`)
  }
}

/** What `defineWorkspace()` throws in a module tells its faults; anything else that a module throws is not for us to tell. */
const faultsIn = (error: unknown): Fault[] => {
  const { faults } = error as { faults?: Fault[] }
  if (!Array.isArray(faults)) throw error
  return faults
}

/** A sound workspace, or what is wrong with it, each fault by its path. */
export type ReadWorkspace = { workspace: Workspace; faults?: never } | { workspace?: never; faults: Fault[] }

/**
 * The workspace of a file (`workspace.ts` or another module whose default export it is, or JSON), or of a running collector.
 *
 * @param from a path, or the collector's address
 * @param tokenEnv the environment variable that holds an admin token for the collector
 * @throws Error that says what to do, when there is none to read
 */
export const readAndCheck = async (from: string, tokenEnv: string): Promise<ReadWorkspace> => {
  let document: unknown
  if (/^https?:\/\//.test(from)) document = (await readPublished(from, tokenEnv, 'read')).workspace
  else {
    const file = resolve(from)
    if (!existsSync(file))
      throw new Error(`there is no ${from}: name the file of the workspace, or make one with spartito init`)
    loadSecrets()
    try {
      document = file.endsWith('.json') ? parse(from, await readFile(file, 'utf8')) : await run(file)
    } catch (error) {
      return { faults: faultsIn(error) }
    }
  }
  const checked = checkWorkspace(document)
  return checked.ok ? { workspace: checked.value } : { faults: checked.error }
}

/** What a command says of a workspace that it cannot use. */
export const faultsText = (from: string, faults: readonly Fault[]): string =>
  `${from} is no sound workspace:\n${faults.map(({ message }) => `  ${message}`).join('\n')}`

/**
 * The same, for those who can use a sound one alone.
 *
 * @throws Error that says what is wrong with it, each fault by its path
 */
export const readWorkspace = async (from: string, tokenEnv: string): Promise<Workspace> => {
  const { workspace, faults } = await readAndCheck(from, tokenEnv)
  if (faults) throw new Error(faultsText(from, faults))
  return workspace
}
