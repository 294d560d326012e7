import { readDuration } from '@spartito/engine'
import { isObject, ok, type Result, refuse } from '@spartito/protocol'
import type { CompiledWorkspace, Source } from '@spartito/workspace'
import { type Context, Hono } from 'hono'
import type { Env } from '../env.ts'
import { corsHeaders, isOwnPage, preflightHeaders } from '../identity/credentials.ts'
import { headersOfAll } from '../identity/own-routes.ts'
import { endCookie } from '../identity/visitor-cookie.ts'
import { authenticate, keyOfRequest } from '../pipeline/authenticate.ts'
import { decode } from '../pipeline/decode.ts'
import { type Failed, failed, retryHeaders } from '../pipeline/failed.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { askToForget, undoForget } from './ask-to-forget.ts'
import { exportForms, exportResponse, isExportForm } from './export-response.ts'
import { readExport } from './read-export.ts'
import { verifiedPerson } from './verified-person.ts'

type App = { Bindings: Env }
type Right = keyof NonNullable<Source['rights']>

/** What a page asks for its person. */
interface Asked {
  workspace: CompiledWorkspace
  source: Source
  userId: string
  said: Record<string, unknown>
}

/** What is said by a form's or a link's query, or by a body, which says more. */
const saidBy = async (request: Request): Promise<Result<Record<string, unknown>, Failed>> => {
  const query = Object.fromEntries(new URL(request.url).searchParams)
  if (request.method === 'GET') return ok(query)
  const body = await decode(request, true)
  if (!body.ok) return body
  const [said] = body.value.events
  return ok({ ...query, ...(isObject(said) && said) })
}

/** The source lets its pages ask for this, the page is the owner's own, and somebody vouches for who asks. */
const admit = async (
  c: Context<App>,
  right: Right,
): Promise<{ asked: Result<Asked, Failed>; source: Source | undefined }> => {
  const { raw: request } = c.req
  const workspace = await readWorkspace(c.env, Date.now())
  const said = await saidBy(request)
  if (!said.ok) return { asked: said, source: undefined }
  const key = keyOfRequest(request) ?? (typeof said.value.writeKey === 'string' ? said.value.writeKey : undefined)
  const found = authenticate(workspace, key, request)
  if (!found.ok) return { asked: found, source: undefined }
  const source = found.value
  const deny = (message: string) => ({ asked: refuse(failed(403, 'unauthorized', message)), source })
  if (!source.rights?.[right])
    return deny(`the source ${source.id} lets nobody ask for this: set its rights.${right} in the workspace`)
  if (!isOwnPage(request, source)) return deny(`this page is none of the source ${source.id}: list its origin there`)
  const ask = { request, env: c.env, workspace, source, token: said.value.token }
  const person = await verifiedPerson(ask, Date.now())
  const asked = person.ok ? ok({ workspace, source, userId: person.value, said: said.value }) : person
  return { asked, source }
}

/** The rights of a verified person over their own data: to take it along, and to be forgotten (SPEC CO7, CO8). */
export const ownRightsRoutes = new Hono<App>()

const answer =
  (right: Right, act: (c: Context<App>, asked: Asked, headers: Record<string, string>) => Promise<Response>) =>
  async (c: Context<App>): Promise<Response> => {
    const { asked, source } = await admit(c, right)
    const headers = { ...headersOfAll, ...corsHeaders(c.req.raw, source) }
    if (asked.ok) return act(c, asked.value, headers)
    const { status, body } = asked.error
    return c.body(JSON.stringify(body), status, { ...headers, ...retryHeaders(asked.error) })
  }

const exportOwn = answer('export', async (c, { workspace, userId, said }, headers) => {
  const format = said.format ?? 'json'
  if (typeof format !== 'string' || !isExportForm(format)) {
    const { status, body } = failed(400, 'invalid_field', `format must be one of ${exportForms.join(', ')}`)
    return c.body(JSON.stringify(body), status, headers)
  }
  const head = await readExport(c.env, workspace, { type: 'user_id', value: userId }, Date.now())
  if (!head)
    return c.body(JSON.stringify(failed(404, 'not_found', 'nothing is kept of this person').body), 404, headers)
  const { 'content-type': _its, ...more } = headers
  return exportResponse(c.env, head, format, more)
})

const forgetOwn = answer('forget', async (c, { source, userId }, headers) => {
  const asked = await askToForget(c.env, userId, readDuration(source.rights?.forget ?? '') ?? 0)
  if (!asked.ok)
    return c.body(JSON.stringify(asked.error.body), asked.error.status, { ...headers, ...retryHeaders(asked.error) })
  // The device is nobody's from here on: the page's next event begins another visitor.
  const cookie = endCookie(c.req.raw, source.id)
  return c.body(JSON.stringify(asked.value), 202, { ...headers, ...(cookie !== undefined && { 'set-cookie': cookie }) })
})

const undoOwn = answer('forget', async (c, { userId, said }, headers) => {
  const isUndone = await undoForget(c.env, userId, said.id)
  if (isUndone) return c.body(JSON.stringify({ undone: true }), 200, headers)
  const message = 'there is nothing to undo: it has begun, or it was never asked for by this person'
  return c.body(JSON.stringify(failed(404, 'not_found', message).body), 404, headers)
})

const routes = {
  '/me/export': { methods: ['GET', 'POST'], handle: exportOwn },
  '/me/forget': { methods: ['POST'], handle: forgetOwn },
  '/me/forget/undo': { methods: ['POST'], handle: undoOwn },
}

for (const [path, { methods, handle }] of Object.entries(routes)) {
  ownRightsRoutes.options(path, async (c) =>
    c.body(null, 204, preflightHeaders(c.req.raw, await readWorkspace(c.env, Date.now()))),
  )
  ownRightsRoutes.on(methods, path, handle)
  ownRightsRoutes.all(path, (c) => {
    const { status, body } = failed(405, 'method_not_allowed', `${c.req.path} takes ${methods.join(' and ')}`)
    return c.body(JSON.stringify(body), status, { ...headersOfAll, allow: [...methods, 'OPTIONS'].join(', ') })
  })
}
