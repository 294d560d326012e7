import { checkWorkspace, developmentOnly, type Fault, type PublishedWorkspace } from '@spartito/workspace'
import { type Context, Hono } from 'hono'
import defaultWorkspace from '../../../workspace.ts'
import { dryRun, maxTried } from '../dry-run/dry-run.ts'
import { isDevelopment } from '../identity/worker-secret.ts'
import { activeWithinMs } from '../workspace/workspace-object.ts'
import { workspaceObject } from '../workspace/workspace-stub.ts'
import { type AdminApp, problem } from './problem.ts'

/** The workspace, its versions, and the way back to one (SPEC WS, AD). */
export const workspaceRoutes = new Hono<AdminApp>()

workspaceRoutes.get('/', async (c) => {
  const published = await workspaceObject(c.env).current()
  const current = published
    ? (JSON.parse(published) as PublishedWorkspace)
    : { version: 0, workspace: defaultWorkspace }
  c.header('etag', `"${current.version}"`)
  return c.json(current)
})

/** `If-Match` names the version that was edited; `*` and none take the newest, whatever it is. */
const versionOf = (header: string | undefined): number | undefined | 'unreadable' => {
  if (header === undefined || header === '*') return undefined
  const version = /^(?:W\/)?"?(\d+)"?$/.exec(header)?.[1]
  return version === undefined ? 'unreadable' : Number(version)
}

const faultsSay = (faults: readonly Fault[]): string =>
  `the workspace has ${faults.length} faults, and the current one stays: ${faults[0]!.message}`

/** Publishes a document as the next version, unless it has faults or another has come before it. */
const publish = async (c: Context<AdminApp>, document: unknown) => {
  const ifVersion = versionOf(c.req.header('if-match'))
  if (ifVersion === 'unreadable')
    return c.json(
      problem('invalid_field', 'If-Match must be the version of the workspace that you edited, such as "3"'),
      400,
    )
  const checked = checkWorkspace(document)
  const bare = checked.ok && !isDevelopment(c.env) ? developmentOnly(checked.value) : []
  if (!checked.ok || bare.length > 0) {
    const faults = checked.ok ? bare : checked.error
    return c.json(problem('invalid_field', faultsSay(faults), { faults }), 400)
  }
  const version = await workspaceObject(c.env).publish(JSON.stringify(checked.value), ifVersion, Date.now())
  if (version === null)
    return c.json(
      problem('invalid_field', 'another version has been published since: read it, and apply your change to it'),
      412,
    )
  return c.json({ version, activeWithinMs: activeWithinMs(c.env) })
}

const maxWorkspaceBytes = 1_000_000

/** The document of a request; a response says why it cannot be read. */
const readDocument = async (c: Context<AdminApp>): Promise<{ document: unknown } | Response> => {
  const text = await c.req.text()
  if (text.length > maxWorkspaceBytes)
    return c.json(problem('too_large_batch', `a workspace may have ${maxWorkspaceBytes} characters`), 413)
  try {
    return { document: JSON.parse(text) }
  } catch (error) {
    return c.json(problem('invalid_json', `the workspace is not JSON: ${(error as Error).message}`), 400)
  }
}

workspaceRoutes.put('/', async (c) => {
  const read = await readDocument(c)
  return read instanceof Response ? read : publish(c, read.document)
})

workspaceRoutes.post('/dry-run', async (c) => {
  const limit = Number(c.req.query('limit') ?? maxTried)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxTried)
    return c.json(problem('invalid_field', `limit must be a whole number from 1 to ${maxTried}`), 400)
  const read = await readDocument(c)
  if (read instanceof Response) return read
  const checked = checkWorkspace(read.document)
  if (!checked.ok) return c.json(problem('invalid_field', faultsSay(checked.error), { faults: checked.error }), 400)
  const tried = await dryRun(c.env, checked.value, { source: c.req.query('source'), limit })
  if (!tried) return c.json(problem('not_found', `the workspace has no source "${c.req.query('source')}"`), 404)
  return c.json(tried)
})

workspaceRoutes.get('/versions', async (c) => c.json({ versions: await workspaceObject(c.env).versions() }))

const unknownVersion = (version: unknown) =>
  problem('not_found', `no version ${version} was published: GET /admin/workspace/versions lists those that were`)

workspaceRoutes.get('/versions/:version{[0-9]+}', async (c) => {
  const version = c.req.param('version')
  const published = await workspaceObject(c.env).version(Number(version))
  if (published === null) return c.json(unknownVersion(version), 404)
  return c.body(published, 200, { 'content-type': 'application/json; charset=utf-8' })
})

workspaceRoutes.post('/rollback', async (c) => {
  const body: unknown = await c.req.json().catch(() => undefined)
  const version = typeof body === 'object' && body !== null && 'version' in body ? body.version : undefined
  if (typeof version !== 'number' || !Number.isSafeInteger(version))
    return c.json(problem('invalid_field', 'send {"version": n}: the version to publish again, as a new one'), 400)
  const published = await workspaceObject(c.env).version(version)
  if (published === null) return c.json(unknownVersion(version), 404)
  return publish(c, (JSON.parse(published) as PublishedWorkspace).workspace)
})
