import { isObject, ok, type Result } from '@spartito/protocol'
import type { CompiledWorkspace, Source } from '@spartito/workspace'
import { type Context, Hono } from 'hono'
import type { Env } from '../env.ts'
import { authenticate, keyOfRequest } from '../pipeline/authenticate.ts'
import { decode } from '../pipeline/decode.ts'
import { type Failed, failed } from '../pipeline/failed.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { corsHeaders, isOwnPage, mayCarryCookies, preflightHeaders } from './credentials.ts'
import { linkLifeMs, openLink, sealLink } from './link-token.ts'
import { headersOfAll } from './own-routes.ts'
import { mayHaveCookies, readCookie, sameDevice } from './visitor-cookie.ts'
import { visitorSecret } from './worker-secret.ts'

/** One request of a page: its source, and what its body says. */
interface Asked {
  request: Request
  env: Env
  source: Source
  said: Record<string, unknown>
  secret: Uint8Array
}

/** Seals the anonymousId that the page names, when its visitor's cookie confirms that one. */
const seal = async ({ request, env, source, said, secret }: Asked): Promise<object | undefined> => {
  const now = Date.now()
  const shown = mayCarryCookies(request, source) ? readCookie(request, env, source.id, now) : undefined
  if (!shown || typeof said.anonymousId !== 'string' || !sameDevice(shown.anonymousId, said.anonymousId))
    return undefined
  const userAgent = request.headers.get('user-agent') ?? ''
  return { link: await sealLink(secret, source.id, userAgent, shown.anonymousId, now), lifeMs: linkLifeMs }
}

/** Opens a link for a page of the source, which need not show a cookie: it has none yet. */
const open = async ({ request, source, said, secret }: Asked): Promise<object | undefined> => {
  if (!isOwnPage(request, source)) return undefined
  const userAgent = request.headers.get('user-agent') ?? ''
  const anonymousId = await openLink(secret, source.id, userAgent, said.link, Date.now())
  return anonymousId === undefined ? undefined : { anonymousId }
}

/** Whoever is not known, whoever may not ask, and what leads nowhere get these bytes. */
const nothing = JSON.stringify(failed(404, 'not_found', 'this leads to no visitor').body)

const admit = async (
  workspace: CompiledWorkspace,
  request: Request,
): Promise<Result<{ source: Source; said: Record<string, unknown> }, Failed>> => {
  const body = await decode(request, true)
  if (!body.ok) return body
  const source = authenticate(workspace, keyOfRequest(request) ?? body.value.writeKey, request)
  if (!source.ok) return source
  const [said] = body.value.events
  return ok({ source: source.value, said: isObject(said) ? said : {} })
}

/** From one of the owner's sites to another as the same visitor: `/link` seals the anonymousId, `/link/open` opens it (SPEC ID11). */
export const linkRoutes = new Hono<{ Bindings: Env }>()

const routes = { '/link': seal, '/link/open': open }

for (const [path, answer] of Object.entries(routes)) {
  linkRoutes.options(path, async (c) =>
    c.body(null, 204, preflightHeaders(c.req.raw, await readWorkspace(c.env, Date.now()))),
  )

  linkRoutes.post(path, async (c: Context<{ Bindings: Env }>) => {
    const request = c.req.raw
    const asked = await admit(await readWorkspace(c.env, Date.now()), request)
    const headers = { ...headersOfAll, ...corsHeaders(request, asked.ok ? asked.value.source : undefined) }
    if (!asked.ok) return c.body(JSON.stringify(asked.error.body), asked.error.status, headers)
    const secret = mayHaveCookies(request, c.env) ? visitorSecret(c.env) : undefined
    const said = secret && (await answer({ ...asked.value, request, env: c.env, secret }))
    return said ? c.body(JSON.stringify(said), 200, headers) : c.body(nothing, 404, headers)
  })

  linkRoutes.all(path, (c) => {
    const { status, body } = failed(405, 'method_not_allowed', `${c.req.path} takes POST`)
    return c.body(JSON.stringify(body), status, { ...headersOfAll, allow: 'POST, OPTIONS' })
  })
}
