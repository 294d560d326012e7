import { normalizeAs } from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import { type Context, Hono } from 'hono'
import { within } from '../jurisdiction.ts'
import { objectName } from '../visitor/object-name.ts'
import type { Visitor } from '../visitor/visitor-object.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { concerns } from './audit.ts'
import { type AdminApp, problem } from './problem.ts'

const asJson = { 'content-type': 'application/json; charset=utf-8' }

/** The object of an identifier in its normalized form. */
export const visitorOf = (c: Context<AdminApp>, identifier: Identifier): DurableObjectStub<Visitor> =>
  within(c.env.VISITOR, c.env.JURISDICTION).getByName(objectName(identifier))

/** An identifier as events know it (ID1); undefined for what is none, or of no type that the workspace has. */
export const normalize = async (c: Context<AdminApp>, { type, value }: Identifier): Promise<Identifier | undefined> => {
  const { plan } = await readWorkspace(c.env, Date.now())
  const known = plan.identifierTypes.find(({ type: name }) => name === type)
  const normalized = known && normalizeAs(known, value)
  return normalized === undefined ? undefined : { type, value: normalized }
}

/** Finds the object of an identifier, and answers with what it says as JSON. */
export const answerOfVisitor = async (
  c: Context<AdminApp>,
  { type, value }: Identifier,
  ask: (visitor: DurableObjectStub<Visitor>) => Promise<string | null>,
): Promise<Response> => {
  const { plan } = await readWorkspace(c.env, Date.now())
  if (!plan.identifierTypes.some(({ type: name }) => name === type))
    return c.json(problem('not_found', `the workspace has no identifier type "${type}"`), 404)
  const identifier = await normalize(c, { type, value })
  if (identifier) await concerns(c, identifier)
  const said = identifier ? await ask(visitorOf(c, identifier)) : null
  return said === null ? c.json(problem('not_found', `no profile has this ${type}`), 404) : c.body(said, 200, asJson)
}

/** The same of the identifier that the path names. */
const answerOf = (
  c: Context<AdminApp>,
  ask: (visitor: DurableObjectStub<Visitor>) => Promise<string | null>,
): Promise<Response> => {
  const { type = '', value = '' } = c.req.param()
  return answerOfVisitor(c, { type, value }, ask)
}

/** Profiles by any of their identifiers (SPEC AD): the raw value, which is normalized here. */
export const profileRoutes = new Hono<AdminApp>()

profileRoutes.get('/:type/:value', (c) => answerOf(c, (visitor) => visitor.view({ kind: 'profile' })))

profileRoutes.get('/:type/:value/graph', (c) => answerOf(c, (visitor) => visitor.view({ kind: 'graph' })))

profileRoutes.get('/:type/:value/explain/:audience', async (c) => {
  const { audience } = c.req.param()
  const { plan } = await readWorkspace(c.env, Date.now())
  if (!plan.audiences.byId.has(audience))
    return c.json(problem('not_found', `the workspace has no audience "${audience}"`), 404)
  return answerOf(c, (visitor) => visitor.view({ kind: 'explain', audience }))
})

const named = /^([a-z][a-z0-9_]*):[0-9a-f]{64}$/

/** The profile of a member by the name that pages of members have (SPEC AD): of the identifier itself the name tells nothing. */
export const visitorRoutes = new Hono<AdminApp>()

visitorRoutes.get('/:name', async (c) => {
  const name = c.req.param('name')
  const { plan } = await readWorkspace(c.env, Date.now())
  const type = named.exec(name)?.[1]
  const isName = plan.identifierTypes.some((known) => known.type === type)
  const visitor = isName ? within(c.env.VISITOR, c.env.JURISDICTION).getByName(name) : undefined
  const said = visitor ? await visitor.view({ kind: 'profile' }) : null
  if (said !== null) return c.body(said, 200, asJson)
  const message = 'no profile has this name: give the "visitor" of GET /admin/audiences/:id/members'
  return c.json(problem('not_found', message), 404)
})
