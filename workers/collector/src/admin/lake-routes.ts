import { hourOf } from '@spartito/engine'
import { type HourlyKind, hourlyKinds, isHourlyKind, type LakeKind, readFileKey, reconcile } from '@spartito/lake'
import { type Context, Hono } from 'hono'
import { within } from '../jurisdiction.ts'
import { type Hours, hoursOf, readHours } from '../lake/hours.ts'
import { listFiles } from '../lake/list-files.ts'
import { readStats } from '../stats/read-stats.ts'
import { type AdminApp, problem } from './problem.ts'

/** The files of the lake, so that whoever has the administrator's token reads it without keys of the bucket (SPEC LA, AD). */
export const lakeRoutes = new Hono<AdminApp>()

const isKind = (kind: unknown): kind is LakeKind => kind === 'profiles' || isHourlyKind(kind)

lakeRoutes.get('/files', async (c) => {
  const { kind, after, limit = '1000', ...said } = c.req.query()
  if (!isKind(kind))
    return c.json(
      problem('invalid_field', 'kind must be events, changes, consents, quarantine, deliveries or profiles'),
      400,
    )
  const hours: Hours | string = readHours(said.from, said.to)
  if (typeof hours === 'string') return c.json(problem('invalid_field', hours), 400)
  const most = Number(limit)
  if (!Number.isInteger(most) || most < 1 || most > 1000)
    return c.json(problem('invalid_field', 'limit must be a whole number from 1 to 1000'), 400)
  return c.json(await listFiles(c.env.LAKE, kind, hours, after, most))
})

lakeRoutes.get('/file', async (c) => {
  const key = c.req.query('key') ?? ''
  if (!readFileKey(key)) return c.json(problem('invalid_field', 'key must be one that /admin/lake/files shows'), 400)
  const object = await c.env.LAKE.get(key)
  if (!object)
    return c.json(
      problem('not_found', 'there is no such file now: list again, since files are joined to larger ones'),
      404,
    )
  return c.body(object.body, 200, {
    'content-type': 'application/vnd.apache.parquet',
    'content-length': String(object.size),
    etag: object.httpEtag,
  })
})

/** Hours that one question may be about. */
const maxHours = 48

const keeper = (c: Context<AdminApp>) => within(c.env.LAKE_KEEPER, c.env.JURISDICTION).getByName('lake')

/** Every kind of each hour that is asked for; of this hour when nothing is said. A text says what is wrong. */
const hoursAsked = (said: Record<string, unknown>): { kind: HourlyKind; hour: string }[] | string => {
  const now = hourOf(Date.now())
  const texts = [said.from ?? said.to ?? now, said.to ?? said.from ?? now]
  if (texts.some((text) => typeof text !== 'string')) return 'from and to must be times such as 2026-01-31T12'
  const hours = readHours(...(texts as [string, string]))
  if (typeof hours === 'string') return hours
  const each = hoursOf(hours, maxHours)
  if (!each) return `from and to may be ${maxHours} hours apart: ask again for the next ones`
  return each.flatMap((hour) => (Object.keys(hourlyKinds) as HourlyKind[]).map((kind) => ({ kind, hour })))
}

lakeRoutes.get('/manifest', async (c) => {
  const asked = hoursAsked(c.req.query())
  if (typeof asked === 'string') return c.json(problem('invalid_field', asked), 400)
  const [manifests, stats] = await Promise.all([keeper(c).manifests(asked), readStats(c.env)])
  const hours = new Set(asked.map(({ hour }) => hour))
  const sources = reconcile(
    stats.sources.filter(({ hour }) => hours.has(hour)),
    manifests,
  )
  return c.json({ sources, manifests: manifests.filter(({ files, removed }) => files.length > 0 || removed) })
})

lakeRoutes.post('/compact', async (c) => {
  const asked = hoursAsked(c.req.query())
  if (typeof asked === 'string') return c.json(problem('invalid_field', asked), 400)
  return c.json(await keeper(c).compact(asked))
})

/** Takes out now what has been kept for its time; it goes on by itself. */
lakeRoutes.post('/expire', async (c) => c.json(await keeper(c).expire()))

const walk = (c: Context<AdminApp>) => within(c.env.PROFILE_WALK, c.env.JURISDICTION).getByName('profiles')

lakeRoutes.get('/profiles', async (c) => c.json({ walk: await walk(c).progress() }))

/** Walks through the profiles now, from the beginning. */
lakeRoutes.post('/profiles', async (c) =>
  c.json({ walk: await walk(c).begin(new Date().toISOString().slice(0, 10), true) }),
)
