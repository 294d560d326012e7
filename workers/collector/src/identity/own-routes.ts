import { createHash } from 'node:crypto'
import type { Question } from '@spartito/engine'
import { builtInIdentifierTypes, type Identifier, normalizeIdentifier } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { type Context, Hono } from 'hono'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { authenticate, keyOfRequest } from '../pipeline/authenticate.ts'
import { failed } from '../pipeline/failed.ts'
import { objectName } from '../visitor/object-name.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { corsHeaders, mayCarryCookies, preflightHeaders } from './credentials.ts'
import { readCookie, sameDevice, type VisitorToken } from './visitor-cookie.ts'

/** Of every answer about a visitor: nobody keeps it. */
export const headersOfAll = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** Asks the object of an identifier what it knows of its profile; null for nothing. */
const ask = (env: Env, identifier: Identifier, question: Question): Promise<string | null> =>
  within(env.VISITOR, env.JURISDICTION).getByName(objectName(identifier)).view(question)

const decoys = 64

/**
 * An object that nobody is, asked when a request shows no cookie of ours, by the hash of what it shows: nothing about the answer depends
 * on whether the device that it names exists. There are few, so that nobody can make objects by guessing.
 */
const nobody = (shown: string): Identifier => ({
  type: 'nobody',
  value: String(createHash('sha256').update(shown).digest().readUInt32BE() % decoys),
})

/** The visitor of the cookie; nobody when the page says that it is another's now, as after a reset and before its next event. */
const visitorOf = (request: Request, env: Env, source: Source): VisitorToken | undefined => {
  const token = mayCarryCookies(request, source) ? readCookie(request, env, source.id, Date.now()) : undefined
  const named = request.headers.get('anonymousid')
  return named === null || sameDevice(token?.anonymousId, named) ? token : undefined
}

const asksOwn = (request: Request, env: Env, source: Source): [identifier: Identifier, question: Question] => {
  const cookie = request.headers.get('cookie') ?? ''
  const token = visitorOf(request, env, source)
  const asker = { anonymousId: token?.anonymousId, verified: token?.person !== undefined }
  const question = { kind: 'own', asker, traits: source.exposeTraits ?? [] } as const
  if (!token) return [nobody(cookie), question]
  if (token.person) return [{ type: 'user_id', value: token.person.userId }, question]
  return [{ type: 'anonymous_id', value: token.anonymousId }, question]
}

/** Whoever is not known and whoever may not ask get these bytes. */
const nothing = JSON.stringify(failed(404, 'not_found', 'nothing is known of this visitor').body)

/** The way back to the visitor: a page reads its own, a server with a secret key any profile (SPEC WI1, ID11). */
export const ownRoutes = new Hono<{ Bindings: Env }>()

ownRoutes.options('/me', async (c) =>
  c.body(null, 204, preflightHeaders(c.req.raw, await readWorkspace(c.env, Date.now()))),
)

ownRoutes.get('/me', async (c) => {
  const request = c.req.raw
  const workspace = await readWorkspace(c.env, Date.now())
  const source = authenticate(workspace, keyOfRequest(request), request)
  const headers = { ...headersOfAll, ...corsHeaders(request, source.ok ? source.value : undefined) }
  if (!source.ok) return c.body(JSON.stringify(source.error.body), source.error.status, headers)
  const [identifier, question] = asksOwn(request, c.env, source.value)
  const said = await ask(c.env, identifier, question)
  return said === null ? c.body(nothing, 404, headers) : c.body(said, 200, headers)
})

const refusedProfile = (c: Context<{ Bindings: Env }>, { status, body }: ReturnType<typeof failed>) =>
  c.body(JSON.stringify(body), status, headersOfAll)

ownRoutes.get('/profiles/:type/:value', async (c) => {
  const workspace = await readWorkspace(c.env, Date.now())
  const source = authenticate(workspace, keyOfRequest(c.req.raw), c.req.raw)
  if (!source.ok) return refusedProfile(c, source.error)
  if (source.value.kind !== 'server') {
    const message = `the source ${source.value.id} may not read profiles: use the secret key of a source of kind server`
    return refusedProfile(c, failed(403, 'unauthorized', message))
  }
  const { type, value: raw } = c.req.param()
  const isType = [...builtInIdentifierTypes, ...workspace.plan.identifierTypes].some((known) => known.type === type)
  const value = isType ? normalizeIdentifier(type, raw) : undefined
  const said = value === undefined ? null : await ask(c.env, { type, value }, { kind: 'summary' })
  if (said === null) return refusedProfile(c, failed(404, 'not_found', `no profile has this ${type}`))
  return c.body(said, 200, headersOfAll)
})

for (const path of ['/me', '/profiles/:type/:value'])
  ownRoutes.all(path, (c) => {
    c.header('allow', path === '/me' ? 'GET, OPTIONS' : 'GET')
    return refusedProfile(c, failed(405, 'method_not_allowed', `${c.req.path} takes GET`))
  })
