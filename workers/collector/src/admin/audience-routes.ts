import { Hono } from 'hono'
import { readCursor, readMembers, readSizes, writeCursor } from '../roster/read-roster.ts'
import { publishedWorkspace } from '../workspace/published-workspace.ts'
import { type AdminApp, problem } from './problem.ts'

/** An audience as administrators see it (SPEC AD). */
interface AudienceSummary {
  id: string
  name: string | null
  expose: boolean
  purposes: readonly string[]
  size: number
  /** the workspace's version that has it; null when none has and members are left, which the sweep takes out */
  version: number | null
}

/** The audiences, their sizes, and pages of their members, all from the roster. */
export const audienceRoutes = new Hono<AdminApp>()

audienceRoutes.get('/', async (c) => {
  const [{ version, workspace }, sizes] = await Promise.all([publishedWorkspace(c.env), readSizes(c.env)])
  const summaries: AudienceSummary[] = (workspace.audiences ?? []).map(({ id, name, expose, purposes }) => ({
    id,
    name: name ?? null,
    expose: expose ?? false,
    purposes: purposes ?? [],
    size: sizes.get(id) ?? 0,
    version,
  }))
  const defined = new Set(['', ...summaries.map(({ id }) => id)])
  for (const [id, size] of [...sizes].sort())
    if (!defined.has(id)) summaries.push({ id, name: null, expose: false, purposes: [], size, version: null })
  return c.json(summaries)
})

const maxLimit = 1_000
const defaultLimit = 100

audienceRoutes.get('/:id/members', async (c) => {
  const id = c.req.param('id')
  const limit = Number(c.req.query('limit') ?? defaultLimit)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit)
    return c.json(problem('invalid_field', `limit must be a whole number from 1 to ${maxLimit}`), 400)
  const cursor = readCursor(c.env, c.req.query('cursor') ?? '0.')
  if (!cursor) return c.json(problem('invalid_field', 'cursor must be the "next" of the page before, or left out'), 400)
  const { members, next } = await readMembers(c.env, id, cursor, limit)
  const isDefined = async (): Promise<boolean> =>
    ((await publishedWorkspace(c.env)).workspace.audiences ?? []).some((audience) => audience.id === id)
  if (members.length === 0 && !(await isDefined()))
    return c.json(problem('not_found', `the workspace has no audience "${id}", and nobody is left in it`), 404)
  return c.json({
    members: members.map(({ profileId, visitor, since }) => ({ profileId, visitor, since })),
    next: next ? writeCursor(next) : null,
  })
})
