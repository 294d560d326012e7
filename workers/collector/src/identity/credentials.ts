import type { CompiledWorkspace, Source } from '@spartito/workspace'

const isOwn = (origin: string, request: Request): boolean => origin === new URL(request.url).origin

/** Whether a page of this origin is listed, so that its requests may carry cookies and its scripts may read the answers (RELIABILITY T6). */
const isListed = (origin: string, { origins, disabled, kind }: Source): boolean =>
  kind === 'browser' && !disabled && origins?.includes(origin) === true

/** Whether a request comes from the collector's own pages, from an origin that the source lists, or from what is no page. */
export const isOwnPage = (request: Request, source: Source): boolean => {
  const origin = request.headers.get('origin')
  return origin === null || isOwn(origin, request) || isListed(origin, source)
}

/** Whether a request's cookie is looked at, and one set: for the owner's own pages, and never on another site's request. */
export const mayCarryCookies = (request: Request, source: Source): boolean =>
  request.headers.get('sec-fetch-site') !== 'cross-site' && isOwnPage(request, source)

/**
 * CORS of an answer: a page of a listed origin may read what came by its cookies, any other page what came without (SPEC WI11). What is no
 * page, a server or an app, names no origin, and is spared headers that it does not look at.
 *
 * @param source undefined when the request named none that is known
 */
export const corsHeaders = (request: Request, source: Source | undefined): Record<string, string> => {
  const origin = request.headers.get('origin')
  if (origin === null) return { vary: 'Origin' }
  const isCredentialed = source !== undefined && isListed(origin, source)
  return {
    'access-control-allow-origin': isCredentialed ? origin : '*',
    ...(isCredentialed && { 'access-control-allow-credentials': 'true' }),
    'access-control-expose-headers': 'retry-after',
    vary: 'Origin',
  }
}

/**
 * The headers that a request may have: those that it asks for, since clients add their own with each version (RudderStack's alone with a
 * retry), and one that is refused loses its events (WI11). None of them opens anything.
 */
const allowedHeaders = (request: Request): string => {
  const asked = request.headers.get('access-control-request-headers') ?? ''
  return /^[\w-]+(, ?[\w-]+){0,49}$/.test(asked) ? asked : 'authorization, content-type'
}

/** The answer to a preflight. It seldom names its source, so an origin that any source lists may ask; the answer itself decides by its own. */
export const preflightHeaders = (request: Request, { sourcesById }: CompiledWorkspace): Record<string, string> => {
  const origin = request.headers.get('origin') ?? ''
  const lister = [...sourcesById.values()].find((source) => isListed(origin, source))
  return {
    ...corsHeaders(request, lister),
    'access-control-allow-methods': 'GET,POST,OPTIONS',
    'access-control-allow-headers': allowedHeaders(request),
    'access-control-max-age': '86400',
    vary: 'Origin, Access-Control-Request-Headers',
  }
}
