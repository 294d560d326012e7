import { isHourlyKind, type LakeKind, readFileKey } from '@spartito/lake'
import { Hono } from 'hono'
import { type Hours, readHours } from '../lake/hours.ts'
import { listFiles } from '../lake/list-files.ts'
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
