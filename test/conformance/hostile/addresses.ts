import { basic, keys } from '../../support/keys.ts'
import { moreKeys } from '../conformance-workspace.ts'
import { canary, event, type Hostile, type HostileRequest, key, tracked } from './request.ts'

const good = (more: HostileRequest): HostileRequest => tracked(event(), more)

export const methods: Hostile[] = [
  ['GET to an event route', { method: 'GET', headers: key }, 405, 'method_not_allowed'],
  ['PUT', good({ method: 'PUT' }), 405, 'method_not_allowed'],
  ['PATCH', good({ method: 'PATCH' }), 405, 'method_not_allowed'],
  ['DELETE', good({ method: 'DELETE' }), 405, 'method_not_allowed'],
  ['HEAD', { method: 'HEAD', headers: key }, 405, null],
  ['PROPFIND', good({ method: 'PROPFIND' }), 405, 'method_not_allowed'],
  ['a method that a header overrides', good({ headers: { 'x-http-method-override': 'DELETE' } }), 200, null],
  ['POST to the tag', good({ path: '/tag.js' }), 404, 'not_found'],
  ['POST to the health check', good({ path: '/healthz' }), 404, 'not_found'],
  ['DELETE of the workspace', { method: 'DELETE', path: '/admin/workspace' }, 401, 'unauthorized'],
]

export const paths: Hostile[] = [
  ['a route that is not there', good({ path: '/v1/trak' }), 404, 'not_found'],
  ['another version', good({ path: '/v2/track' }), 404, 'not_found'],
  ['a slash more at the beginning', good({ path: '//v1/track' }), 404, 'not_found'],
  ['a slash more within', good({ path: '/v1//track' }), 404, 'not_found'],
  ['a slash more at the end', good({ path: '/v1/track/' }), 404, 'not_found'],
  ['capitals', good({ path: '/V1/Track' }), 404, 'not_found'],
  ['a parameter of the path', good({ path: `/v1/track;jsessionid=${canary}` }), 404, 'not_found'],
  ['a NUL', good({ path: '/v1/track%00' }), 404, 'not_found'],
  ['a line break', good({ path: `/v1/track%0d%0aset-cookie:${canary}=1` }), 404, 'not_found'],
  ['half of an encoding', good({ path: '/v1/track%E0%A4%A' }), 404, 'not_found'],
  ['a percent alone', good({ path: '/v1/track%' }), 404, 'not_found'],
  ['8,000 characters', good({ path: `/v1/${'x'.repeat(8_000)}` }), 404, 'not_found'],
  ['up to the administration', good({ path: '/v1/../admin/stats' }), 404, 'not_found'],
  ['up to it, encoded', good({ path: '/v1/%2e%2e/admin/workspace' }), 404, 'not_found'],
  ['its slash encoded', good({ path: '/admin%2fworkspace' }), 404, 'not_found'],
  ['its name in capitals', good({ path: '/ADMIN/workspace' }), 404, 'not_found'],
  ['a file of the system', { method: 'GET', path: '/../../etc/passwd' }, 404, 'not_found'],
  ['a file of secrets', { method: 'GET', path: '/.dev.vars' }, 404, 'not_found'],
  ['a tag that is not there', { method: 'GET', path: '/tag.00000000.js' }, 404, 'not_found'],
  ['a plugin with a path', { method: 'GET', path: '/tag/..%2f..%2fpackage.js' }, 404, 'not_found'],
  ['what every object has, as a route', good({ path: '/v1/constructor' }), 404, 'not_found'],
  ['the prototype, as a route', good({ path: '/v1/__proto__' }), 404, 'not_found'],
]

const shown = (headers: HostileRequest['headers'], more: HostileRequest = {}): HostileRequest => ({
  ...more,
  headers: { 'content-type': 'application/json', ...headers },
  body: more.body ?? event(),
})
const encoded = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

export const keysShown: Hostile[] = [
  ['none', shown({}), 401, 'unknown_write_key'],
  ['Basic without anything', shown({ authorization: 'Basic' }), 401, 'unknown_write_key'],
  ['Basic of nothing', shown({ authorization: encoded('') }), 401, 'unknown_write_key'],
  ['Basic of a colon', shown({ authorization: encoded(':') }), 401, 'unknown_write_key'],
  ['Basic that is no base64', shown({ authorization: 'Basic %%%' }), 401, 'unknown_write_key'],
  ['the key as a password', shown({ authorization: encoded(`x:${keys.browser}`) }), 401, 'unknown_write_key'],
  ['the key as a bearer token', shown({ authorization: `Bearer ${keys.browser}` }), 401, 'unknown_write_key'],
  ['the key with a NUL', shown({ authorization: encoded(`${keys.browser}\0`) }), 401, 'unknown_write_key'],
  ['the key in capitals', shown({ 'x-write-key': keys.browser.toUpperCase() }), 401, 'unknown_write_key'],
  ['a part of the key', shown({ 'x-write-key': keys.browser.slice(0, -1) }), 401, 'unknown_write_key'],
  ['what every object has', shown({ 'x-write-key': 'constructor' }), 401, 'unknown_write_key'],
  ['the prototype', shown({ 'x-write-key': '__proto__' }), 401, 'unknown_write_key'],
  ['a query of a database', shown({ 'x-write-key': `' OR 1=1 --${canary}` }), 401, 'unknown_write_key'],
  ['8 KB', shown({ 'x-write-key': canary.repeat(800) }), 401, 'unknown_write_key'],
  ['a bad one before a good one', shown({ ...key, 'x-write-key': 'wk_nobody' }), 200, null],
  [
    'a good one after a bad one',
    shown({ authorization: basic('wk_nobody'), 'x-write-key': keys.browser }),
    401,
    'unknown_write_key',
  ],
  ['an empty one in the query', shown({}, { path: '/v1/track?writeKey=' }), 401, 'unknown_write_key'],
  ['half of an encoding in the query', shown({}, { path: '/v1/track?writeKey=%E0%A4%A' }), 401, 'unknown_write_key'],
  ['two in the query', shown({}, { path: `/v1/track?writeKey=x&writeKey=${keys.browser}` }), 401, 'unknown_write_key'],
  ['a number in the body', shown({}, { body: event({ writeKey: 7 }) }), 401, 'unknown_write_key'],
  ['a list in the body', shown({}, { body: event({ writeKey: [keys.browser] }) }), 401, 'unknown_write_key'],
  [
    'an object in the body',
    shown({}, { body: event({ writeKey: { toString: keys.browser } }) }),
    401,
    'unknown_write_key',
  ],
  ['of a source that is off', shown({ 'x-write-key': moreKeys.disabled }), 403, 'source_disabled'],
  ["a page's key for an import", tracked('{"batch":[]}', { path: '/v1/import' }), 403, 'unauthorized'],
  ["a page's key for a profile", { method: 'GET', path: '/v1/profiles/user_id/a', headers: key }, 403, 'unauthorized'],
]
