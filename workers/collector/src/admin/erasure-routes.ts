import { createHash } from 'node:crypto'
import { type Identifier, isObject } from '@spartito/protocol'
import { type Context, Hono } from 'hono'
import { erasuresObject } from '../erasure/erasures-stub.ts'
import type { AskRefusal } from '../erasure/rpc.ts'
import { concerns } from './audit.ts'
import { type AdminApp, problem } from './problem.ts'
import { normalize } from './profile-routes.ts'

/** Erasures (SPEC CO7): asked for, looked at, undone while they wait. No answer names anybody. */
export const erasureRoutes = new Hono<AdminApp>()
/** Who is suppressed, by keyed hashes. */
export const suppressionRoutes = new Hono<AdminApp>()

const hourMs = 3_600_000
const statusOf: Record<AskRefusal, 400 | 403 | 503> = { invalid_field: 400, unauthorized: 403, unavailable: 503 }
const howToAsk =
  '{"identifier": {"type": "email", "value": "ada@example.com"}, "mode": "erase" or "suppress", "delayHours"?: 0 to 720}'

const bodyOf = (c: Context<AdminApp>): Promise<Record<string, unknown>> =>
  c.req.json().then(
    (body: unknown) => (isObject(body) ? body : {}),
    () => ({}),
  )

const readIdentifier = (raw: unknown): Identifier | undefined =>
  isObject(raw) && typeof raw.type === 'string' && typeof raw.value === 'string'
    ? { type: raw.type, value: raw.value }
    : undefined

/** The token as the audit tells tokens apart: nothing of it can be guessed from what is kept. */
const tokenOf = (c: Context<AdminApp>): string =>
  createHash('sha256')
    .update(c.req.header('authorization') ?? '')
    .digest('hex')

erasureRoutes.post('/', async (c) => {
  const { identifier: raw, mode = 'erase', delayHours = 0 } = await bodyOf(c)
  const identifier = readIdentifier(raw)
  if (!identifier || (mode !== 'erase' && mode !== 'suppress') || typeof delayHours !== 'number')
    return c.json(problem('invalid_field', `send ${howToAsk}`), 400)
  const known = await normalize(c, identifier)
  if (!known)
    return c.json(problem('invalid_field', `this is no ${identifier.type}, or the workspace has no such type`), 400)
  await concerns(c, known)
  const asked = await erasuresObject(c.env).ask({
    identifiers: [known],
    mode,
    by: { kind: 'admin', token: tokenOf(c) },
    delayMs: delayHours * hourMs,
  })
  if (!asked.ok) return c.json(problem(asked.code, asked.message), statusOf[asked.code])
  const { id, dueAt } = asked
  return c.json({ id, dueAt }, 202)
})

erasureRoutes.get('/', async (c) => {
  const erasures = erasuresObject(c.env)
  const [page, receiptKey] = await Promise.all([erasures.list(c.req.query('cursor') ?? null), erasures.receiptKey()])
  return c.json({ ...page, receiptKey })
})

erasureRoutes.get('/:id', async (c) => {
  const erasure = await erasuresObject(c.env).read(c.req.param('id'))
  return erasure ? c.json(erasure) : c.json(problem('not_found', 'there is no such erasure: GET /admin/erasures'), 404)
})

erasureRoutes.delete('/:id', async (c) => {
  if (await erasuresObject(c.env).undo(c.req.param('id'))) return c.json({ undone: true })
  return c.json(problem('not_found', 'no such erasure waits: once it has begun it cannot be undone'), 409)
})

suppressionRoutes.get('/', async (c) => {
  const { type, value, cursor } = c.req.query()
  const erasures = erasuresObject(c.env)
  if (type === undefined || value === undefined) return c.json(await erasures.suppressions(cursor ?? null))
  const known = await normalize(c, { type, value })
  const hash = known ? await erasures.hashOf(known.type, known.value) : null
  if (hash === null) return c.json(problem('invalid_field', `this is no ${type}, or PRIVACY_SECRET is not set`), 400)
  const { suppressions } = await erasures.suppressions(null, hash)
  return c.json({ suppressions, next: null })
})

suppressionRoutes.delete('/:hash', async (c) => {
  if (await erasuresObject(c.env).lift(c.req.param('hash'))) return c.json({ lifted: true })
  return c.json(problem('not_found', 'nobody is suppressed under this hash: GET /admin/suppressions?type=&value='), 404)
})
