import { gzipSync } from 'node:zlib'
import { canary, event, type Hostile, type HostileRequest, tracked, withJson } from './request.ts'

const batch = (body: string | Uint8Array, more: HostileRequest = {}): HostileRequest =>
  tracked(body, { path: '/v1/batch', ...more })
const typed = (type: string, body: string | Uint8Array = event()): HostileRequest =>
  tracked(body, { headers: { 'content-type': type } })
const encodedAs = (encoding: string, body: string | Uint8Array = event()): HostileRequest =>
  tracked(body, { headers: { 'content-encoding': encoding } })

export const contentTypes: Hostile[] = [
  ['text', typed('text/plain'), 200, null],
  ['a form', typed('application/x-www-form-urlencoded'), 200, null],
  ['a form of parts', typed('multipart/form-data; boundary=x', '--x\r\n\r\n--x--'), 400, 'invalid_json'],
  ['XML in name', typed('application/xml'), 200, null],
  [
    'XML indeed',
    typed('application/xml', `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;${canary}</a>`),
    400,
    'invalid_json',
  ],
  ['a type that is no type', typed('();,'), 200, null],
  ['another character set in name', typed('application/json; charset=utf-7'), 200, null],
  ['UTF-16 indeed', typed('application/json; charset=utf-16', Buffer.from(event(), 'utf16le')), 400, 'invalid_json'],
  ['a byte order mark', typed('application/json', `\ufeff${event()}`), 200, null],
  ['br in name', encodedAs('br'), 200, null],
  ['an encoding that is not there', encodedAs('x-none'), 200, null],
]

const member = (json: string): HostileRequest => batch(`{"batch":[${json}]}`)

export const shapes: Hostile[] = [
  ['a comma too many', tracked('{"anonymousId":"a","event":"E",}'), 400, 'invalid_json'],
  ['single quotes', tracked(`{'anonymousId':'a','event':'E'}`), 400, 'invalid_json'],
  ['a comment', tracked(`{"anonymousId":"a",/* ${canary} */"event":"E"}`), 400, 'invalid_json'],
  ['two objects', batch('{"batch":[]}{"batch":[]}'), 400, 'invalid_json'],
  ['lines of JSON', batch(`${event()}\n${event()}`), 400, 'invalid_json'],
  ['a call', tracked(`callback(${event()})`), 400, 'invalid_json'],
  ['bytes that are no text', tracked(Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])), 400, 'invalid_json'],
  ['a line break in a text', tracked('{"anonymousId":"a\n","event":"E"}'), 400, 'invalid_json'],
  ['Infinity', tracked(withJson('"properties":{"n":Infinity}')), 400, 'invalid_json'],
  ['an empty batch', batch('{"batch":[]}'), 200, null],
  ['a batch of batches', batch('{"batch":[[]]}'), 200, 'invalid_field'],
  ['a batch in an event', member(`{"batch":[${event()}]}`), 200, 'missing_type'],
  ['the same key twice', tracked(withJson('"event":"Hostile","event":""')), 400, 'missing_event_name'],
  [
    '10,000 properties',
    tracked(event({ properties: Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`p${n}`, 1])) })),
    200,
    null,
  ],
  ['a list of 10,000 nulls', tracked(event({ properties: { list: Array(6_000).fill(null) } })), 200, null],
  ['a number of 5,000 digits', tracked(withJson(`"properties":{"n":${'9'.repeat(5_000)}}`)), 400, 'invalid_field'],
  ['a fraction of 5,000 digits', tracked(withJson(`"properties":{"n":0.${'3'.repeat(5_000)}}`)), 200, null],
  ['minus zero', tracked(withJson('"properties":{"n":-0}')), 200, null],
  ['an integer past 2^53', tracked(withJson('"properties":{"n":9007199254740993}')), 200, null],
  ['an empty key', tracked(withJson('"properties":{"":""}')), 200, null],
]

const brackets = (levels: number): string => `"properties":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`

export const depths: Hostile[] = [
  ['16 levels', tracked(withJson(brackets(14))), 200, null],
  ['17 levels', tracked(withJson(brackets(15))), 400, 'too_deep'],
  ['5,000 levels', tracked(withJson(brackets(5_000))), 400, 'too_deep'],
  ['200,000 levels', tracked(withJson(brackets(200_000))), 400, 'too_deep'],
  [
    '200,000 levels in a field that nobody reads',
    tracked(withJson(brackets(200_000).replace('properties', 'nothing'))),
    200,
    null,
  ],
  ['deep in traits', tracked(withJson(brackets(20).replace('properties', 'traits'))), 400, 'too_deep'],
  ['deep in the context', tracked(withJson(brackets(20).replace('properties', 'context'))), 400, 'too_deep'],
  ['deep in integrations', tracked(withJson(brackets(20).replace('properties', 'integrations'))), 400, 'too_deep'],
]

const zeros = (size: number): Buffer => Buffer.alloc(size, '0')
const zippedEvent = gzipSync(event())
const twice = (bytes: Uint8Array): Buffer => gzipSync(gzipSync(bytes))
const gzip: HostileRequest = { headers: { 'content-encoding': 'gzip' } }
/** A good event whose gzip says another checksum, or another length. */
const spoilt = (from: number): Buffer => {
  const bytes = gzipSync(event())
  bytes[bytes.length - from]! ^= 0xff
  return bytes
}

export const sizes: Hostile[] = [
  ['1 MB of text', tracked(event({ properties: { text: canary.repeat(100_000) } })), 413, 'too_large_batch'],
  ['1 MB of blanks', tracked(' '.repeat(1_000_000)), 413, 'too_large_batch'],
  ['400 KB of text in an event', tracked(event({ properties: { text: 'x'.repeat(400_000) } })), 400, 'too_large_event'],
  ['400 KB in a field that nobody reads', tracked(event({ nothing: 'x'.repeat(400_000) })), 200, null],
  ['a messageId of 100 KB', tracked(event({ messageId: 'm'.repeat(100_000) })), 400, 'invalid_field'],
  ['an anonymousId of 31 KB', tracked(event({ anonymousId: 'a'.repeat(31_000) })), 400, 'blocked_identifier'],
  ['a name of a property of 30 KB', tracked(event({ properties: { ['n'.repeat(30_000)]: 1 } })), 400, 'invalid_field'],
  ['10 MB of zeros in gzip', batch(gzipSync(zeros(10_000_000))), 413, 'too_large_batch'],
  ['10 MB of zeros in gzip that says so', batch(gzipSync(zeros(10_000_000)), gzip), 413, 'too_large_batch'],
  ['10 MB of zeros in gzip in gzip', batch(twice(zeros(10_000_000))), 400, 'invalid_json'],
  ['a good event in gzip in gzip that says one', tracked(twice(Buffer.from(event())), gzip), 400, 'invalid_json'],
  [
    'gzip in many members',
    batch(Buffer.concat(Array.from({ length: 50 }, () => gzipSync(zeros(1_000_000))))),
    413,
    'too_large_batch',
  ],
  ['two members, each an event', tracked(Buffer.concat([zippedEvent, zippedEvent])), 400, 'invalid_json'],
  ['bytes after the end of gzip', tracked(Buffer.concat([zippedEvent, Buffer.from(canary)])), 400, 'invalid_json'],
  ['gzip with another checksum', tracked(spoilt(5)), 400, 'invalid_json'],
  ['gzip with another length', tracked(spoilt(1)), 400, 'invalid_json'],
]
