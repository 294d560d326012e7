import type { Claimant, Graph, MergeView } from '@spartito/engine'
import { type Identifier, identifierKey, isObject, type Json } from '@spartito/protocol'
import { type Context, Hono } from 'hono'
import { concerns } from './audit.ts'
import { type AdminApp, problem } from './problem.ts'
import { answerOfVisitor, normalize, visitorOf } from './profile-routes.ts'

/** What an administrator decides of identifiers (SPEC AD, ID3, ID6, ID14). */
export const identityRoutes = new Hono<AdminApp>()

const readIdentifier = (raw: unknown): Identifier | undefined =>
  isObject(raw) && typeof raw.type === 'string' && typeof raw.value === 'string'
    ? { type: raw.type, value: raw.value }
    : undefined

const bodyOf = (c: Context<AdminApp>): Promise<Record<string, Json> | undefined> =>
  c.req.json().then(
    (body: unknown) => (isObject(body) ? (body as Record<string, Json>) : undefined),
    () => undefined,
  )

const nameAnIdentifier = 'name the identifier: {"type": "email", "value": "ada@example.com"}'

identityRoutes.post('/release', async (c) => {
  const identifier = readIdentifier(await bodyOf(c))
  if (!identifier) return c.json(problem('invalid_field', nameAnIdentifier), 400)
  return answerOfVisitor(c, identifier, async (visitor) => JSON.stringify({ released: await visitor.unblock() }))
})

interface Found {
  graph: Graph
  host: Claimant
}

/** The profile that an identifier leads to; undefined where none does. */
const findProfile = async (c: Context<AdminApp>, identifier: Identifier): Promise<Found | undefined> => {
  const known = await normalize(c, identifier)
  if (!known) return undefined
  await concerns(c, known)
  const said = await visitorOf(c, known).view({ kind: 'graph' })
  if (said === null) return undefined
  const graph = JSON.parse(said) as Graph
  return { graph, host: graph.host }
}

const noProfile = ({ type }: Identifier) => problem('not_found', `no profile has this ${type}`)

identityRoutes.post('/merge', async (c) => {
  const { identifiers } = (await bodyOf(c)) ?? {}
  const [one, other, ...more] = Array.isArray(identifiers) ? identifiers.map(readIdentifier) : []
  if (!one || !other || more.length > 0)
    return c.json(
      problem(
        'invalid_field',
        'name two identifiers: {"identifiers": [{"type": "user_id", "value": "ada"}, {"type": "user_id", "value": "ada-2"}]}',
      ),
      400,
    )
  const [a, b] = [await findProfile(c, one), await findProfile(c, other)]
  if (!a) return c.json(noProfile(one), 404)
  if (!b) return c.json(noProfile(other), 404)
  if (a.graph.profileId === b.graph.profileId) {
    const { profileId, host } = a.graph
    return c.json({ mergeId: null, status: 'merged', profileId, host: { type: host.type, value: host.value } })
  }
  const mergeId = await visitorOf(c, a.host).join(b.host)
  const [after, theirs] = [await findProfile(c, one), await findProfile(c, other)]
  if (mergeId === undefined || !after || !theirs)
    return c.json(problem('not_found', 'one of the profiles has just moved or hosts nothing: ask again'), 409)
  const isDone = after.graph.profileId === theirs.graph.profileId && !isUnderWay(after.graph)
  const { profileId, host, merges } = after.graph
  const ends = [a.host, b.host].map(identifierKey)
  // The older one has claimed the younger under an id of its own (ID5).
  const done = merges.findLast(
    ({ basis, who }) => basis === 'administrator' && who && ends.includes(identifierKey(who)),
  )
  return c.json(
    {
      mergeId: done?.mergeId ?? mergeId,
      status: isDone ? 'merged' : 'under way',
      profileId,
      host: { type: host.type, value: host.value },
    },
    isDone ? 200 : 202,
  )
})

const isUnderWay = ({ underWay }: Graph): boolean =>
  underWay.some(({ step }) => step === 'asking' || step === 'pulling' || step === 'closing')

/** The merge to take apart: the one named, else that which joined the identifier itself. */
const mergeOf = ({ merges }: Graph, identifier: Identifier, mergeId: string | undefined): MergeView | undefined =>
  mergeId !== undefined
    ? merges.find((merge) => merge.mergeId === mergeId)
    : merges.findLast(({ who }) => who && identifierKey(who) === identifierKey(identifier))

identityRoutes.post('/split', async (c) => {
  const body = await bodyOf(c)
  const identifier = readIdentifier(body)
  const { mergeId } = body ?? {}
  if (!identifier || (mergeId !== undefined && typeof mergeId !== 'string'))
    return c.json(
      problem(
        'invalid_field',
        `${nameAnIdentifier}, and with "mergeId" which of the merges that the graph of its profile shows`,
      ),
      400,
    )
  const known = await normalize(c, identifier)
  const found = known && (await findProfile(c, identifier))
  if (!found) return c.json(noProfile(identifier), 404)
  const merge = mergeOf(found.graph, known, mergeId)
  if (!merge?.who)
    return c.json(problem('not_found', 'its profile has no such merge: GET /admin/profiles/:type/:value/graph'), 404)
  const { who, into } = merge
  const separated = await visitorOf(c, who).separate({ holder: found.host, into, unmerges: merge.mergeId })
  if (!separated)
    return c.json(
      problem('not_found', `${who.type} is joined by another merge now, or moving: read the graph again`),
      409,
    )
  const after = await findProfile(c, who)
  const isDone =
    after !== undefined && !after.graph.underWay.some(({ step }) => step !== 'telling' && step !== 'releasing')
  const { profileId } = after?.graph ?? found.graph
  return c.json({ mergeId: merge.mergeId, status: isDone ? 'split' : 'under way', profileId }, isDone ? 200 : 202)
})
