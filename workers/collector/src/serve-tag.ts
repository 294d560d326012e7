import type { Handler } from 'hono'
import { plugins, tag, tagOfIdentity } from '../generated/tag.ts'

interface File {
  body: string
  hash: string
  isImmutable: boolean
}

/** By path: the default tag and the one that takes identity tokens, each also by the name that never changes its bytes, and the plugins. */
const served = new Map<string, File>([
  ['/tag.js', { ...tag, isImmutable: false }],
  [`/tag.${tag.hash}.js`, { ...tag, isImmutable: true }],
  ['/tag.identity.js', { ...tagOfIdentity, isImmutable: false }],
  [`/tag.${tagOfIdentity.hash}.js`, { ...tagOfIdentity, isImmutable: true }],
  ...Object.entries(plugins).map(([name, file]): [string, File] => [`/tag/${name}`, { ...file, isImmutable: false }]),
])

/** Named one by one: a pattern for the hash would make the router of all routes a slower one. */
export const tagPaths: readonly string[] = [...served.keys()]

/**
 * Serves the tag: `/tag.js`, or `/tag.identity.js`, and its plugins, `/tag/<name>.js`, looked at again after five minutes, and `/tag.<hash>.js`,
 * whose bytes never change. What is answered depends on the path alone (RELIABILITY T22).
 */
export const serveTag: Handler = (c) => {
  const file = served.get(c.req.path)
  if (!file) return c.notFound()
  const { body, isImmutable } = file
  const etag = `"${file.hash}"`
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
  return c.body(body, 200, headers)
}
