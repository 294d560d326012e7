import { isObject, normalizeIdentifier, ok, type Result, refuse } from '@spartito/protocol'
import type { CompiledWorkspace } from '@spartito/workspace'
import { type Context, Hono } from 'hono'
import type { Env } from '../env.ts'
import { headersOfAll } from '../identity/own-routes.ts'
import { authenticate, keyOfRequest } from '../pipeline/authenticate.ts'
import { decode } from '../pipeline/decode.ts'
import { type Failed, failed, retryHeaders } from '../pipeline/failed.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { askToForget, undoForget } from './ask-to-forget.ts'
import { exportForms, exportResponse, isExportForm } from './export-response.ts'
import { readExport } from './read-export.ts'

/** What the owner's server asks for one of its users, for whom its secret key vouches. */
interface Asked {
  workspace: CompiledWorkspace
  userId: string
  said: Record<string, unknown>
}

const hourMs = 3_600_000
const [maxDelayHours, defaultDelayHours] = [720, 24]

const invalid = (message: string): Failed => failed(400, 'invalid_field', message)

const admit = async (c: Context<{ Bindings: Env }>): Promise<Result<Asked, Failed>> => {
  const workspace = await readWorkspace(c.env, Date.now())
  // The key first: what a stranger sends is not read.
  const source = authenticate(workspace, keyOfRequest(c.req.raw), c.req.raw)
  if (!source.ok) return source
  if (source.value.kind !== 'server') {
    const message = `the source ${source.value.id} speaks for nobody: use the secret key of a source of kind server`
    return refuse(failed(403, 'unauthorized', message))
  }
  const body = await decode(c.req.raw, true)
  if (!body.ok) return body
  const [said] = body.value.events
  const userId = isObject(said) ? normalizeIdentifier('user_id', said.userId) : undefined
  if (userId === undefined) return refuse(invalid('userId is missing: say whom it is about'))
  return ok({ workspace, userId, said: said as Record<string, unknown> })
}

const exportUser = async ({ env }: Context<{ Bindings: Env }>, { workspace, userId, said }: Asked) => {
  const { format = 'json' } = said
  if (typeof format !== 'string' || !isExportForm(format))
    return refuse(invalid(`format must be one of ${exportForms.join(', ')}`))
  const head = await readExport(env, workspace, { type: 'user_id', value: userId }, Date.now())
  return head
    ? ok(await exportResponse(env, head, format))
    : refuse(failed(404, 'not_found', 'no profile has this userId'))
}

const json = (body: object, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: headersOfAll })

const forgetUser = async ({ env }: Context<{ Bindings: Env }>, { userId, said }: Asked) => {
  const { delayHours = defaultDelayHours } = said
  if (typeof delayHours !== 'number' || !(delayHours >= 0 && delayHours <= maxDelayHours))
    return refuse(invalid(`delayHours must be a number from 0 to ${maxDelayHours}: how long it may be undone`))
  const asked = await askToForget(env, userId, Math.round(delayHours * hourMs))
  return asked.ok ? ok(json(asked.value, 202)) : asked
}

const undoUser = async ({ env }: Context<{ Bindings: Env }>, { userId, said }: Asked) =>
  (await undoForget(env, userId, said.id))
    ? ok(json({ undone: true }))
    : refuse(failed(404, 'not_found', 'there is nothing to undo: it has begun, or it was never asked for this user'))

/** The same rights by the owner's server: who is in its body, since addresses lie in logs (SPEC CO7, CO8, RELIABILITY T18). */
export const serverRightsRoutes = new Hono<{ Bindings: Env }>()

const routes = { '/export': exportUser, '/forget': forgetUser, '/forget/undo': undoUser }

for (const [path, act] of Object.entries(routes)) {
  serverRightsRoutes.post(path, async (c) => {
    const asked = await admit(c)
    const answer = asked.ok ? await act(c, asked.value) : asked
    if (answer.ok) return answer.value
    const { status, body } = answer.error
    return c.body(JSON.stringify(body), status, { ...headersOfAll, ...retryHeaders(answer.error) })
  })
  serverRightsRoutes.all(path, (c) =>
    c.body(JSON.stringify(failed(405, 'method_not_allowed', `${c.req.path} takes POST`).body), 405, {
      ...headersOfAll,
      allow: 'POST',
    }),
  )
}
