import { builtInIdentifierTypes, normalizeIdentifier } from '@spartito/protocol'
import { Hono } from 'hono'
import { within } from '../jurisdiction.ts'
import { readStats } from '../stats/read-stats.ts'
import { objectName } from '../visitor/object-name.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { workspaceObject } from '../workspace/workspace-stub.ts'
import { audienceRoutes } from './audience-routes.ts'
import { authorize } from './authorize.ts'
import { type AdminApp, problem } from './problem.ts'
import { workspaceRoutes } from './workspace-routes.ts'

/** The administration (SPEC AD): bearer tokens of the scopes `read` and `write`. */
export const admin = new Hono<AdminApp>()

admin.use(async (c, next) => {
  const scope = authorize(c.env, c.req.header('authorization'))
  if (!scope) return c.json(problem('unauthorized', 'send an administrator\'s token as "Authorization: Bearer …"'), 401)
  if (scope === 'read' && c.req.method !== 'GET')
    return c.json(problem('unauthorized', 'this token may only read: use one of the scope write'), 403)
  await next()
  c.header('cache-control', 'no-store')
})

admin.route('/workspace', workspaceRoutes)
admin.route('/audiences', audienceRoutes)

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

admin.get('/stats', async (c) => {
  const [stats, sweep] = await Promise.all([readStats(c.env), workspaceObject(c.env).sweepSummary()])
  return c.json({ ...stats, sweep })
})

admin.notFound((c) => c.json(problem('not_found', `there is no ${c.req.path}`), 404))
