import { isObject, normalizeIdentifier, ok, type Result, refuse } from '@spartito/protocol'
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
  workspace: CompiledWorkspace
  source: Source
  said: Record<string, unknown>
  secret: Uint8Array
}

/** What is answered; nothing, in one form, to whoever is not known or may not ask. */
type Answer = Result<object | undefined, Failed>

const sealed = async (secret: Uint8Array, source: string, userAgent: string, anonymousId: string, now: number) =>
  ok({ link: await sealLink(secret, source, userAgent, anonymousId, now), lifeMs: linkLifeMs })

/** Seals the anonymousId that a server names: its secret key vouches for that, as it does for whatever it says of somebody. */
const sealForServer = async ({ workspace, said, secret }: Asked): Promise<Answer> => {
  const missing = (message: string): Answer => refuse(failed(400, 'invalid_field', message))
  const anonymousId = normalizeIdentifier('anonymous_id', said.anonymousId)
  if (!anonymousId) return missing('anonymousId is missing: whom the link carries along')
  if (typeof said.userAgent !== 'string')
    return missing('userAgent is missing: the User-Agent of the visitor, since a link opens in that browser alone')
  const to = typeof said.source === 'string' ? workspace.sourcesById.get(said.source) : undefined
  if (to?.kind !== 'browser')
    return missing(
      `source is ${JSON.stringify(said.source) ?? 'missing'}: it is the id of the pages' source, of kind browser`,
    )
  return sealed(secret, to.id, said.userAgent, anonymousId, Date.now())
}

/** Seals the anonymousId that the page names, when its visitor's cookie confirms that one. */
const seal = async (asked: Asked): Promise<Answer> => {
  const { request, env, source, said, secret } = asked
  if (source.kind === 'server') return sealForServer(asked)
  const now = Date.now()
  const shown = mayCarryCookies(request, source) ? readCookie(request, env, source.id, now) : undefined
  if (!shown || typeof said.anonymousId !== 'string' || !sameDevice(shown.anonymousId, said.anonymousId))
    return ok(undefined)
  return sealed(secret, source.id, request.headers.get('user-agent') ?? '', shown.anonymousId, now)
}

/** Opens a link for a page of the source, which need not show a cookie: it has none yet. */
const open = async ({ request, source, said, secret }: Asked): Promise<Answer> => {
  if (!isOwnPage(request, source)) return ok(undefined)
  const userAgent = request.headers.get('user-agent') ?? ''
  const anonymousId = await openLink(secret, source.id, userAgent, said.link, Date.now())
  return ok(anonymousId === undefined ? undefined : { anonymousId })
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
    const workspace = await readWorkspace(c.env, Date.now())
    const asked = await admit(workspace, request)
    const headers = { ...headersOfAll, ...corsHeaders(request, asked.ok ? asked.value.source : undefined) }
    if (!asked.ok) return c.body(JSON.stringify(asked.error.body), asked.error.status, headers)
    const secret = mayHaveCookies(request, c.env) ? visitorSecret(c.env) : undefined
    const said = secret ? await answer({ ...asked.value, workspace, request, env: c.env, secret }) : ok(undefined)
    if (!said.ok) return c.body(JSON.stringify(said.error.body), said.error.status, headers)
    return said.value ? c.body(JSON.stringify(said.value), 200, headers) : c.body(nothing, 404, headers)
  })

  linkRoutes.all(path, (c) => {
    const { status, body } = failed(405, 'method_not_allowed', `${c.req.path} takes POST`)
    return c.body(JSON.stringify(body), status, { ...headersOfAll, allow: 'POST, OPTIONS' })
  })
}
