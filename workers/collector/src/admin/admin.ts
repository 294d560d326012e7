import { Hono } from 'hono'
import { liveRoutes } from '../live/live-routes.ts'
import { authorizationOf } from '../live/live-token.ts'
import { retentionOf } from '../rights/read-export.ts'
import { readStats } from '../stats/read-stats.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { workspaceObject } from '../workspace/workspace-stub.ts'
import { audienceRoutes } from './audience-routes.ts'
import { audited, auditRoutes } from './audit.ts'
import { authorize } from './authorize.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { destinationRoutes } from './destination-routes.ts'
import { erasureRoutes, suppressionRoutes } from './erasure-routes.ts'
import { exportRoutes } from './export-routes.ts'
import { identityRoutes } from './identity-routes.ts'
import { lakeRoutes } from './lake-routes.ts'
import { type AdminApp, problem } from './problem.ts'
import { profileRoutes, visitorRoutes } from './profile-routes.ts'
import { quarantineRoutes } from './quarantine-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'

/** The administration (SPEC AD): bearer tokens of the scopes `read` and `write`. */
export const admin = new Hono<AdminApp>()

admin.use(async (c, next) => {
  const scope = authorize(c.env, authorizationOf(c.req.raw))
  if (!scope) return c.json(problem('unauthorized', 'send an administrator\'s token as "Authorization: Bearer …"'), 401)
  if (scope === 'read' && c.req.method !== 'GET')
    return c.json(problem('unauthorized', 'this token may only read: use one of the scope write'), 403)
  c.set('scope', scope)
  await next()
  // The answer that opens a connection is no document, and may not be changed.
  if (c.res.status !== 101) c.header('cache-control', 'no-store')
})

admin.use(audited)

admin.route('/audit', auditRoutes)
admin.route('/workspace', workspaceRoutes)
admin.route('/audiences', audienceRoutes)
admin.route('/profiles', profileRoutes)
admin.route('/visitors', visitorRoutes)
admin.route('/export', exportRoutes)
admin.route('/identity', identityRoutes)
admin.route('/quarantine', quarantineRoutes)
admin.route('/lake', lakeRoutes)
admin.route('/live', liveRoutes)
admin.route('/erasures', erasureRoutes)
admin.route('/suppressions', suppressionRoutes)
admin.route('/destinations', destinationRoutes)
admin.route('/', deliveryRoutes)

admin.get('/stats', async (c) => {
  const [stats, sweep, { retention }] = await Promise.all([
    readStats(c.env),
    workspaceObject(c.env).sweepSummary(),
    readWorkspace(c.env, Date.now()),
  ])
  return c.json({ ...stats, retention: retentionOf(retention), sweep })
})

admin.notFound((c) => c.json(problem('not_found', `there is no ${c.req.path}`), 404))
