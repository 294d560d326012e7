import { Hono } from 'hono'
import { exportForms, exportResponse, isExportForm } from '../rights/export-response.ts'
import { readExport } from '../rights/read-export.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { concerns } from './audit.ts'
import { type AdminApp, problem } from './problem.ts'
import { normalize } from './profile-routes.ts'

/** What is kept of a person, by any of their identifiers (SPEC CO8): as JSON, or as a page. */
export const exportRoutes = new Hono<AdminApp>()

exportRoutes.get('/', async (c) => {
  const { type = '', value = '', format = 'json' } = c.req.query()
  if (!isExportForm(format))
    return c.json(problem('invalid_field', `format must be one of ${exportForms.join(', ')}`), 400)
  const workspace = await readWorkspace(c.env, Date.now())
  const types = workspace.plan.identifierTypes.map((its) => its.type)
  if (!types.includes(type))
    return c.json(problem('invalid_field', `type must be an identifier of the workspace: ${types.join(', ')}`), 400)
  if (value === '') return c.json(problem('invalid_field', `value is missing: say which ${type}`), 400)
  const identifier = await normalize(c, { type, value })
  if (identifier) await concerns(c, identifier)
  const head = identifier && (await readExport(c.env, workspace, identifier, Date.now()))
  if (!head) return c.json(problem('not_found', `no profile has this ${type}`), 404)
  return exportResponse(c.env, head, format)
})
