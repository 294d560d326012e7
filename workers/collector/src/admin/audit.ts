import { createHash } from 'node:crypto'
import { type Identifier, isObject } from '@spartito/protocol'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { objectName, profileIdOf } from '../visitor/object-name.ts'
import { workspaceObject } from '../workspace/workspace-stub.ts'
import { type AdminApp, problem } from './problem.ts'

/** What an answer may say in its record, by name: other fields could be about somebody. */
const told = ['code', 'version', 'released', 'mergeId', 'replayed', 'run']

const outcomeOf = async (response: Response): Promise<Record<string, unknown>> => {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return isObject(body) ? Object.fromEntries(told.flatMap((name) => (name in body ? [[name, body[name]]] : []))) : {}
}

/** Reads that take all of a person along. */
const recordedReads: ReadonlySet<string | undefined> = new Set(['/admin/export'])

const isRecorded = (method: string, route: string | undefined): boolean =>
  (method !== 'GET' && method !== 'HEAD') || recordedReads.has(route)

/** The pattern of the route that answers this; undefined when none does. */
const routeOf = (c: Context): string | undefined => matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path

/**
 * Leaves a record of each write that a route answers, and of each export (SPEC AD). It is begun before the write, durably, and the write is
 * not done when that fails (503); so a write without a record cannot be, while a record without a status may be one that
 * was done or was not.
 */
export const audited: MiddlewareHandler<AdminApp> = async (c, next) => {
  const { method } = c.req
  const route = routeOf(c)
  if (route === undefined || !isRecorded(method, route)) return next()
  const token = c.req.header('authorization') ?? ''
  const tokenHash = createHash('sha256').update(token).digest('hex')
  const id = await workspaceObject(c.env).beginAudit({
    at: Date.now(),
    scope: c.get('scope'),
    tokenHash,
    method,
    route,
  })
  c.set('auditId', id)
  await next()
  // An export is written while it is read: it says nothing that is told here, and is not held up.
  const outcome = recordedReads.has(route) ? {} : await outcomeOf(c.res)
  const answered = { status: c.res.status, outcome }
  try {
    await workspaceObject(c.env).endAudit(id, answered)
  } catch (error) {
    // The write is done and its record is there: to answer otherwise would have it done twice.
    console.error(JSON.stringify({ at: 'admin.audit', id, error: String(error) }))
  }
}

/** Names an identifier, normalized, that the write or export is about; one more with each call. Any other read names none. */
export const concerns = async (c: Context<AdminApp>, identifier: Identifier): Promise<void> => {
  const id = c.get('auditId')
  if (id === undefined) return
  const subject = { type: identifier.type, profileId: profileIdOf(objectName(identifier)) }
  await workspaceObject(c.env).auditConcerns(id, subject)
}

const maxLimit = 1_000
const defaultLimit = 100

/** A whole number of the query, from 1; undefined when it is left out. */
const wholeOf = (text: string | undefined, max: number): number | undefined | 'unreadable' => {
  if (text === undefined) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) && value >= 1 && value <= max ? value : 'unreadable'
}

/** The records, the newest first. */
export const auditRoutes = new Hono<AdminApp>()

auditRoutes.get('/', async (c) => {
  const limit = wholeOf(c.req.query('limit'), maxLimit)
  if (limit === 'unreadable')
    return c.json(problem('invalid_field', `limit must be a whole number from 1 to ${maxLimit}`), 400)
  const before = wholeOf(c.req.query('before'), Number.MAX_SAFE_INTEGER)
  if (before === 'unreadable')
    return c.json(problem('invalid_field', 'before must be the "next" of the page before, or left out'), 400)
  return c.json(await workspaceObject(c.env).auditPage(before, limit ?? defaultLimit, Date.now()))
})
