import type { Handler } from 'hono'
import { tag } from '../generated/tag.ts'

const immutableName = `/tag.${tag.hash}.js`
const etag = `"${tag.hash}"`

/**
 * Serves the tag: `/tag.js`, looked at again after five minutes, and `/tag.<hash>.js`, whose bytes never change. What is
 * answered depends on the path alone (RELIABILITY T22).
 */
export const serveTag: Handler = (c) => {
  const isImmutable = c.req.path === immutableName
  if (!isImmutable && c.req.path !== '/tag.js') return c.notFound()
  const headers = {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': isImmutable
      ? 'public, max-age=31536000, immutable'
      : 'public, max-age=300, stale-while-revalidate=86400',
    etag,
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  }
  if (c.req.header('if-none-match')?.includes(etag)) return c.body(null, 304, headers)
  return c.body(tag.body, 200, headers)
}
