import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkWorkspace, type Workspace } from '@spartito/workspace'
import { build } from 'esbuild'

const timeoutMs = 30_000

/** The token goes nowhere unencrypted but to this machine. */
const mayCarryToken = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)

/** `GET /admin/workspace` of a running collector. */
const ask = async (collector: string, token: string | undefined, tokenEnv: string): Promise<unknown> => {
  const url = new URL('/admin/workspace', collector)
  if (!token) throw new Error(`${tokenEnv} is not set: put an admin token of the scope read into it`)
  if (!mayCarryToken(url)) throw new Error(`${url.origin} would get the token unencrypted: use https`)
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: Error) => {
    throw new Error(`${url.origin} did not answer: ${(error.cause as Error | undefined)?.message ?? error.message}`)
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return ((await response.json()) as { workspace: unknown }).workspace
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
    ? await ask(from, process.env[tokenEnv], tokenEnv)
    : file.endsWith('.json')
      ? JSON.parse(await readFile(file, 'utf8'))
      : await run(file)
  const checked = checkWorkspace(document)
  if (checked.ok) return checked.value
  throw new Error(`${from} is no sound workspace:\n${checked.error.map(({ message }) => `  ${message}`).join('\n')}`)
}
