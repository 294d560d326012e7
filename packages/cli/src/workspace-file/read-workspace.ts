import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkWorkspace, type PublishedWorkspace, type Workspace } from '@spartito/workspace'
import { build } from 'esbuild'
import { askAdministration } from '../collector/administration.ts'

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

/**
 * The workspace of a file (`workspace.ts` or another module whose default export it is, or JSON), or of a running collector.
 *
 * @param from a path, or the collector's address
 * @param tokenEnv the environment variable that holds an admin token for the collector
 * @throws Error that says what is wrong with it, each fault by its path
 */
export const readWorkspace = async (from: string, tokenEnv: string): Promise<Workspace> => {
  const file = resolve(from)
  const document = /^https?:\/\//.test(from)
    ? (await readPublished(from, tokenEnv, 'read')).workspace
    : file.endsWith('.json')
      ? JSON.parse(await readFile(file, 'utf8'))
      : await run(file)
  const checked = checkWorkspace(document)
  if (checked.ok) return checked.value
  throw new Error(`${from} is no sound workspace:\n${checked.error.map(({ message }) => `  ${message}`).join('\n')}`)
}
