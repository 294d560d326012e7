import { canary, event, type Hostile, tracked, withJson } from './request.ts'

const polluted = '{"polluted":"yes","isAdmin":true}'

export const prototypes: Hostile[] = [
  ['of the event', tracked(withJson(`"__proto__":${polluted}`)), 200, null],
  ['of its properties', tracked(withJson(`"properties":{"__proto__":${polluted}}`)), 200, null],
  ['of its traits', tracked(withJson(`"traits":{"__proto__":${polluted}}`)), 200, null],
  ['of its context', tracked(withJson(`"context":{"__proto__":${polluted}}`)), 200, null],
  ['of its page', tracked(withJson(`"context":{"page":{"__proto__":${polluted}}}`)), 200, null],
  [
    'of its consent',
    tracked(withJson(`"context":{"consent":{"categoryPreferences":{"__proto__":${polluted}}}}`)),
    200,
    null,
  ],
  ['of its integrations', tracked(withJson(`"integrations":{"__proto__":${polluted}}`)), 200, null],
  ['in a list', tracked(withJson(`"properties":{"list":[{"__proto__":${polluted}}]}`)), 200, null],
  ['by the constructor', tracked(withJson(`"properties":{"constructor":{"prototype":${polluted}}}`)), 200, null],
  ['by the constructor of the event', tracked(withJson(`"constructor":{"prototype":${polluted}}`)), 200, null],
  ['of the batch', tracked(`{"__proto__":{"batch":[]},"batch":[]}`, { path: '/v1/batch' }), 200, null],
  ['instead of the batch', tracked(`{"__proto__":{"batch":[]}}`, { path: '/v1/batch' }), 400, 'invalid_field'],
  ['a name of an event', tracked(event({ event: '__proto__' })), 200, null],
  ['the name of what every object has', tracked(event({ event: 'hasOwnProperty' })), 200, null],
  ['an anonymousId', tracked(event({ anonymousId: '__proto__' })), 200, null],
]

/** What the server alone sets: each is left out, and the event is stored as if it had not been there. */
const serverOwned: [field: string, value: unknown][] = [
  ['receivedAt', 1],
  ['source', 'till'],
  ['profileId', 'AAAAAAAAAAAAAAAAAAAAAAAAAA'],
  ['verified', true],
  ['imported', true],
  ['seq', 1e9],
  ['commit', 1],
  ['host', { type: 'user_id', value: 'admin' }],
  ['mergeId', 'x'],
  ['hops', 99],
  ['schemaVersion', 0],
  ['mayBegin', true],
]

export const massAssignment: Hostile[] = serverOwned.map(([field, value]) => [
  field,
  tracked(event({ [field]: value })),
  200,
  null,
])

export const types: Hostile[] = [
  ['a messageId that is a number', tracked(event({ messageId: 1_000_000_000 + process.pid })), 200, null],
  ['a messageId that is true', tracked(event({ messageId: true })), 400, 'invalid_field'],
  ['an anonymousId that is a fraction', tracked(event({ anonymousId: 1.5 })), 200, null],
  ['an anonymousId past 2^53', tracked(withJson('"anonymousId":90071992547409931')), 400, 'invalid_field'],
  ['a userId that is a list', tracked(event({ userId: ['admin'] })), 400, 'invalid_field'],
  ['a groupId that is an object', tracked(event({ groupId: {} })), 400, 'invalid_field'],
  ['a category that is a list', tracked(event({ category: [] })), 400, 'invalid_field'],
  ['an event that is a number', tracked(event({ event: 0 })), 200, null],
  ['properties that are false', tracked(event({ properties: false })), 400, 'invalid_field'],
  ['a context that is a text', tracked(event({ context: canary })), 400, 'invalid_field'],
  ['a consent that is a text', tracked(event({ context: { consent: 'yes' } })), 200, null],
  ['a page that is a number', tracked(event({ context: { page: 1 } })), 200, null],
  ['a url that is an object', tracked(event({ context: { page: { url: {} } } })), 200, null],
  ['an address that is a list', tracked(event({ context: { ip: [1, 2] } })), 200, null],
  ['a user agent that is an object', tracked(event({ context: { userAgent: {} } })), 200, null],
  ['an e-mail that is an object', tracked(event({ traits: { email: { $ne: null } } })), 200, null],
  ['an alias to nobody', tracked(event({ previousId: '' }), { path: '/v1/alias' }), 200, null],
  ['a group without an id', tracked(event(), { path: '/v1/group' }), 200, null],
]

export const times: Hostile[] = [
  ['the year 1970', tracked(event({ timestamp: '1970-01-01T00:00:00Z' })), 200, null],
  ['the year 9999', tracked(event({ timestamp: '9999-12-31T23:59:59Z' })), 200, null],
  ['before Christ', tracked(event({ timestamp: '-000044-03-15T12:00:00Z' })), 400, 'bad_timestamp'],
  ['the 30th of February', tracked(event({ timestamp: '2026-02-30T12:00:00Z' })), 400, 'bad_timestamp'],
  ['hour 25', tracked(event({ timestamp: '2026-01-01T25:00:00Z' })), 400, 'bad_timestamp'],
  ['a time and more', tracked(event({ timestamp: '2026-01-01T00:00:00Z; DROP TABLE' })), 400, 'bad_timestamp'],
  ['a list', tracked(event({ timestamp: [2026] })), 400, 'bad_timestamp'],
  ['a text without a time', tracked(event({ timestamp: '' })), 400, 'bad_timestamp'],
  ['1e300', tracked(withJson('"timestamp":1e300')), 400, 'bad_timestamp'],
  ['sentAt a century late', tracked(event({ timestamp: 1, sentAt: 4_102_444_800_000 })), 200, null],
]

export const texts: Hostile[] = [
  ['half of a surrogate pair', tracked(withJson('"properties":{"t":"\\ud83d"}')), 200, null],
  ['half of one in a name', tracked(event({ event: `Hostile \udead ${canary}` })), 200, null],
  ['half of one in an id', tracked(withJson(`"userId":"\\udc00${canary}"`)), 200, null],
  ['NUL in a name', tracked(event({ event: `Hos\0tile ${canary}` })), 200, null],
  ['NUL in an id', tracked(event({ userId: `u\0${canary}` })), 200, null],
  ['a name of nothing but NUL', tracked(event({ event: '\0\0' })), 200, null],
  ['line breaks', tracked(event({ event: `a\r\n{"level":"error","at":"${canary}"}` })), 200, null],
  ['commands of a terminal', tracked(event({ event: `\u001b[2J\u001b]0;${canary}\u0007` })), 200, null],
  ['text that runs backwards', tracked(event({ event: `\u202e${canary}` })), 200, null],
  ['markup', tracked(event({ event: `<img src=x onerror=alert("${canary}")>` })), 200, null],
  ['a formula', tracked(event({ event: `=HYPERLINK("//${canary}")` })), 200, null],
  ['a query', tracked(event({ userId: `'; DROP TABLE state; --${canary}` })), 200, null],
  ['a path', tracked(event({ userId: `../../${canary}` })), 200, null],
  ['colons and slashes, as keys have them', tracked(event({ userId: `user_id:a/b:${canary}` })), 200, null],
  ['a text of combining marks', tracked(event({ event: `Z${'\u0301'.repeat(150)}` })), 200, null],
  ['an id of 255 emoji', tracked(event({ userId: '😀'.repeat(255) })), 200, null],
]
