import { builtInIdentifierTypes, normalizeIdentifier } from '@spartito/protocol'
import { checkWorkspace } from '@spartito/workspace'
import { Hono } from 'hono'
import defaultWorkspace from '../../../workspace.ts'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { readStats } from '../stats/read-stats.ts'
import { objectName } from '../visitor/object-name.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { authorize } from './authorize.ts'

type App = { Bindings: Env; Variables: { scope: 'read' | 'write' } }

const problem = (code: string, message: string, more: object = {}) => ({ success: false, code, message, ...more })

/** The administration (SPEC AD): bearer tokens of the scopes `read` and `write`. */
export const admin = new Hono<App>()

admin.use(async (c, next) => {
  const scope = authorize(c.env, c.req.header('authorization'))
  if (!scope) return c.json(problem('unauthorized', 'send an administrator\'s token as "Authorization: Bearer …"'), 401)
  if (scope === 'read' && c.req.method !== 'GET')
    return c.json(problem('unauthorized', 'this token may only read: use one of the scope write'), 403)
  await next()
  c.header('cache-control', 'no-store')
})

const workspaceObject = (env: Env) => within(env.WORKSPACE, env.JURISDICTION).getByName('workspace')

admin.get('/workspace', async (c) => {
  const published = await workspaceObject(c.env).current()
  const current = published ? JSON.parse(published) : { version: 0, workspace: defaultWorkspace }
  c.header('etag', `"${current.version}"`)
  return c.json(current)
})

/** `If-Match` names the version that was edited; `*` and none take the newest, whatever it is. */
const versionOf = (header: string | undefined): number | undefined | 'unreadable' => {
  if (header === undefined || header === '*') return undefined
  const version = /^(?:W\/)?"?(\d+)"?$/.exec(header)?.[1]
  return version === undefined ? 'unreadable' : Number(version)
}

const maxWorkspaceBytes = 1_000_000

admin.put('/workspace', async (c) => {
  const ifVersion = versionOf(c.req.header('if-match'))
  if (ifVersion === 'unreadable')
    return c.json(
      problem('invalid_field', 'If-Match must be the version of the workspace that you edited, such as "3"'),
      400,
    )
  const text = await c.req.text()
  if (text.length > maxWorkspaceBytes)
    return c.json(problem('too_large_batch', `a workspace may have ${maxWorkspaceBytes} characters`), 413)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    return c.json(problem('invalid_json', `the workspace is not JSON: ${(error as Error).message}`), 400)
  }
  const checked = checkWorkspace(document)
  if (!checked.ok) {
    const faults = checked.error
    const message = `the workspace has ${faults.length} faults, and the current one stays: ${faults[0]!.message}`
    return c.json(problem('invalid_field', message, { faults }), 400)
  }
  const version = await workspaceObject(c.env).publish(JSON.stringify(checked.value), ifVersion, Date.now())
  if (version === null)
    return c.json(
      problem('invalid_field', 'another version has been published since: read it, and apply your change to it'),
      412,
    )
  return c.json({ version, activeWithinMs: Number(c.env.WORKSPACE_MAX_AGE_MS) + Number(c.env.KV_PROPAGATION_MS) })
})

admin.get('/profiles/:type/:value', async (c) => {
  const { type, value } = c.req.param()
  const normalized = normalizeIdentifier(type, value)
  const { plan } = await readWorkspace(c.env, Date.now())
  const isKnownType = [...builtInIdentifierTypes, ...plan.identifierTypes].some((known) => known.type === type)
  if (!isKnownType) return c.json(problem('not_found', `the workspace has no identifier type "${type}"`), 404)
  const name = objectName({ type, value: normalized ?? '' })
  const profile = normalized ? await within(c.env.VISITOR, c.env.JURISDICTION).getByName(name).profile() : null
  if (profile === null) return c.json(problem('not_found', `no profile has this ${type}`), 404)
  return c.body(profile, 200, { 'content-type': 'application/json; charset=utf-8' })
})

admin.get('/stats', async (c) => c.json(await readStats(c.env)))

admin.notFound((c) => c.json(problem('not_found', `there is no ${c.req.path}`), 404))
