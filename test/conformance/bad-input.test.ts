import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { moreKeys } from './conformance-workspace.ts'
import { admin, countsOf, expectGoodRequest, fresh, type Payload, post, postRaw, profileOf, track } from './wire.ts'

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer)
const zipped = gzipSync(JSON.stringify(track('a', 'One')))

const wholeRequests: [what: string, path: string, body: Payload, status: number, code: string][] = [
  ['nothing', '/v1/track', '', 400, 'invalid_json'],
  ['nothing', '/v1/batch', '', 400, 'invalid_json'],
  ['broken JSON', '/v1/track', '{"anonymousId":"a","event"', 400, 'invalid_json'],
  ['text that is no JSON', '/v1/track', 'hello', 400, 'invalid_json'],
  ['NaN', '/v1/track', '{"anonymousId":"a","event":"E","properties":{"n":NaN}}', 400, 'invalid_json'],
  ['a list', '/v1/track', '[]', 400, 'invalid_json'],
  ['a list of events', '/v1/batch', JSON.stringify([track('a', 'One')]), 400, 'invalid_json'],
  ['null', '/v1/track', 'null', 400, 'invalid_json'],
  ['a number', '/v1/track', '7', 400, 'invalid_json'],
  ['a text', '/v1/track', '"event"', 400, 'invalid_json'],
  ['true', '/v1/batch', 'true', 400, 'invalid_json'],
  ['100,000 brackets', '/v1/track', '['.repeat(100_000), 400, 'invalid_json'],
  ['gzip that breaks off', '/v1/track', bytes(zipped.subarray(0, zipped.length - 12)), 400, 'invalid_json'],
  ['gzip of nothing but a header', '/v1/track', bytes(zipped.subarray(0, 10)), 400, 'invalid_json'],
  ['garbage behind the magic bytes', '/v1/track', bytes(Buffer.from([0x1f, 0x8b, 1, 2, 3, 4])), 400, 'invalid_json'],
  ['gzip within gzip', '/v1/track', bytes(gzipSync(zipped)), 400, 'invalid_json'],
  ['an object without batch', '/v1/batch', '{}', 400, 'invalid_field'],
  ['a single event', '/v1/batch', JSON.stringify(track('a', 'One')), 400, 'invalid_field'],
  ['a batch that is an object', '/v1/batch', '{"batch":{"0":{}}}', 400, 'invalid_field'],
  ['a batch that is a text', '/v1/batch', '{"batch":"[]"}', 400, 'invalid_field'],
  ['a batch that is null', '/v1/batch', '{"batch":null}', 400, 'invalid_field'],
]

describe('WI3 requests that cannot be read are refused as a whole', () => {
  test.each(wholeRequests)('%s to %s', async (_what, path, body, status, code) => {
    const answered = await postRaw(path, body)
    expect(answered).toMatchObject({ status, body: { success: false, code } })
    expect(answered.body.message).toEqual(expect.stringMatching(/\w+ \w+ \w+/))
    await expectGoodRequest()
  })
})

type Change = Record<string, unknown>

const nobodies = [
  'null',
  'undefined',
  'NaN',
  'none',
  'Unknown',
  'anonymous',
  'GUEST',
  'true',
  '[object Object]',
  '-1',
  '0',
]

/** Changes to a good track, and the code that it is refused with. */
const badEvents: [what: string, change: Change, code: string][] = [
  ['nobody', { anonymousId: undefined }, 'missing_identity'],
  ['nobody, by null', { anonymousId: null, userId: null }, 'missing_identity'],
  ['nobody, by empty texts', { anonymousId: '', userId: '' }, 'missing_identity'],
  ['only a group', { anonymousId: undefined, groupId: 'acme' }, 'missing_identity'],
  ...nobodies.map((value): [string, Change, string] => [
    `an anonymousId ${value}`,
    { anonymousId: value },
    'blocked_identifier',
  ]),
  ['the zero UUID', { anonymousId: '00000000-0000-0000-0000-000000000000' }, 'blocked_identifier'],
  ['blanks', { anonymousId: '   ' }, 'blocked_identifier'],
  ['only a NUL', { anonymousId: '\0' }, 'blocked_identifier'],
  ["the workspace's own blocked value", { anonymousId: 'Demo' }, 'blocked_identifier'],
  ['a number that identifies nobody', { anonymousId: -1 }, 'blocked_identifier'],
  ['an anonymousId of 256 characters', { anonymousId: 'a'.repeat(256) }, 'blocked_identifier'],
  ['an anonymousId that is an object', { anonymousId: { id: 1 } }, 'invalid_field'],
  ['an anonymousId that is a list', { anonymousId: ['a'] }, 'invalid_field'],
  ['a userId that is an object', { userId: { $gt: '' } }, 'invalid_field'],
  ['a userId that is true', { userId: true }, 'invalid_field'],
  ['no event name', { event: undefined }, 'missing_event_name'],
  ['an empty event name', { event: '' }, 'missing_event_name'],
  ['an event name null', { event: null }, 'missing_event_name'],
  ['an event name that is an object', { event: { toString: 'x' } }, 'invalid_field'],
  ['an event name that is a list', { event: ['Viewed'] }, 'invalid_field'],
  ['an event name of 400,000 characters', { event: 'n'.repeat(400_000) }, 'invalid_field'],
  ['a messageId that is an object', { messageId: {} }, 'invalid_field'],
  ['a messageId of 256 characters', { messageId: 'm'.repeat(256) }, 'invalid_field'],
  ['properties that are a text', { properties: 'price=1' }, 'invalid_field'],
  ['properties that are a list', { properties: [1] }, 'invalid_field'],
  ['properties that are a number', { properties: 1 }, 'invalid_field'],
  ['traits that are a text', { traits: 'plan' }, 'invalid_field'],
  ['a context that is a list', { context: [] }, 'invalid_field'],
  ['integrations that are true', { integrations: true }, 'invalid_field'],
  ['a timestamp that is a word', { timestamp: 'yesterday' }, 'bad_timestamp'],
  ['a timestamp of no day', { timestamp: '2026-13-45T99:99:99Z' }, 'bad_timestamp'],
  ['a timestamp that is an object', { timestamp: {} }, 'bad_timestamp'],
  ['a timestamp that is true', { timestamp: true }, 'bad_timestamp'],
  ['an originalTimestamp that is a word', { originalTimestamp: 'now' }, 'bad_timestamp'],
  ['a sentAt that is a word', { sentAt: 'now' }, 'bad_timestamp'],
]

const badMembers: [what: string, member: unknown, code: string][] = [
  ['null', null, 'invalid_field'],
  ['a text', 'track', 'invalid_field'],
  ['a number', 1, 'invalid_field'],
  ['a list', [], 'invalid_field'],
  ['an empty object', {}, 'missing_type'],
  ['a type null', { type: null, anonymousId: 'a' }, 'missing_type'],
  ['an unknown type', { type: 'dance', anonymousId: 'a' }, 'unknown_type'],
  ['a type in another case', { type: 'Track', anonymousId: 'a', event: 'E' }, 'unknown_type'],
  ['a type that is a number', { type: 1, anonymousId: 'a' }, 'unknown_type'],
  ['a type that is a list', { type: ['track'], anonymousId: 'a', event: 'E' }, 'unknown_type'],
  ['a type that every object has', { type: 'constructor', anonymousId: 'a' }, 'unknown_type'],
]

describe('WI3, WI5 an event that is bad is refused with its code', () => {
  test.each(badEvents)('%s', async (_what, change, code) => {
    const event = JSON.stringify({ ...track(fresh('device'), 'Good'), ...change })
    expect(await postRaw('/v1/track', event)).toMatchObject({ status: 400, body: { success: false, code } })
    const anonymousId = fresh('device')
    const mixed = await postRaw('/v1/batch', `{"batch":[${event},${JSON.stringify(track(anonymousId, 'Good'))}]}`)
    expect(mixed).toMatchObject({ status: 200, body: { accepted: 1, rejected: [{ index: 0, code }] } })
    expect(await countsOf(anonymousId)).toEqual({ Good: 1 })
    await expectGoodRequest()
  })

  test.each(badMembers)('in a batch: %s', async (_what, member, code) => {
    const answered = await post('/v1/batch', { batch: [member, track(fresh('device'), 'Good')] })
    expect(answered).toMatchObject({ status: 200, body: { accepted: 1, rejected: [{ index: 0, code }] } })
    await expectGoodRequest()
  })

  test.each([
    ['objects', '{"a":'.repeat(50_000), `1${'}'.repeat(50_000)}`],
    ['lists', '['.repeat(100_000), ']'.repeat(100_000)],
  ])('%s nested as deep as a body can hold', async (_what, open, close) => {
    const event = `{"type":"track","anonymousId":"${fresh('device')}","event":"E","properties":{"a":${open}${close}}}`
    expect(await postRaw('/v1/track', event)).toMatchObject({ status: 400, body: { code: 'too_deep' } })
    await expectGoodRequest()
  })

  test.each(['1e999', '-1e999'])('a number beyond all bounds (%s) is refused, not stored as null', async (number) => {
    const timed = `{"anonymousId":"${fresh('device')}","event":"E","timestamp":${number}}`
    const property = `{"anonymousId":"${fresh('device')}","event":"E","properties":{"n":[{"m":${number}}]}}`
    expect(await postRaw('/v1/track', property)).toMatchObject({ status: 400, body: { code: 'invalid_field' } })
    expect(await postRaw('/v1/track', timed)).toMatchObject({ status: 400, body: { code: 'bad_timestamp' } })
    await expectGoodRequest()
  })

  test('consent_denied: a source that needs consent refuses events without it', async () => {
    const withConsent = (analytics?: boolean) => ({
      ...track(fresh('device'), 'Seen'),
      ...(analytics === undefined ? {} : { context: { consent: { categoryPreferences: { analytics } } } }),
    })
    const from = { headers: { authorization: '', 'x-write-key': moreKeys.consent } }
    expect(await post('/v1/track', withConsent(true), from)).toMatchObject({ status: 200 })
    for (const given of [false, undefined])
      expect(await post('/v1/track', withConsent(given), from)).toMatchObject({
        status: 400,
        body: { code: 'consent_denied' },
      })
  })
})

describe('WI10 hostile text is stored tame', () => {
  test.each(['properties', 'traits', 'context'] as const)(
    'keys that reach a prototype are left out of %s',
    async (field) => {
      const anonymousId = fresh('device')
      const polluting = '{"polluted":true}'
      const hostile = `{"__proto__":${polluting},"constructor":{"prototype":${polluting}},"kept":{"__proto__":${polluting},"kept":1}}`
      const event = `{"type":"identify","anonymousId":"${anonymousId}","${field}":${hostile}}`
      const answered = await postRaw('/v1/batch', `{"__proto__":${polluting},"batch":[${event}]}`)
      expect(answered).toMatchObject({ status: 200, body: { accepted: 1 } })
      const profile = await profileOf(anonymousId)
      expect(JSON.stringify(profile)).not.toContain('polluted')
      expect(profile!.recent[0]![field]).toEqual({ kept: { kept: 1 } })
      await expectGoodRequest()
    },
  )

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'an event, a visitor and a messageId named %s are like any other',
    async (name) => {
      const anonymousId = `${fresh('device')}-${name}`
      await post('/v1/track', { ...track(anonymousId, name), messageId: `${name}-${anonymousId}` })
      await post('/v1/track', track(anonymousId, name))
      expect((await profileOf(anonymousId))?.recent).toHaveLength(2)
      expect(Object.entries(await countsOf(anonymousId))).toEqual([[name, 2]])
      const named = await post('/v1/track', track(name, 'Seen'))
      expect(named).toMatchObject({ status: 200, body: { accepted: 1 } })
    },
  )

  test('lone surrogates become one and the same visitor in every layer', async () => {
    const stem = fresh('device')
    for (const end of ['\ud800', '\udc00', '\ufffd']) await post('/v1/track', track(`${stem}${end}`, `E${end}`))
    const profile = await profileOf(`${stem}\ufffd`)
    const stored = profile?.recent.map(({ anonymousId, event }) => [anonymousId, event])
    expect(stored).toEqual(Array(3).fill([`${stem}\ufffd`, 'E\ufffd']))
  })

  test('NUL is taken out of ids, names, keys and values', async () => {
    const anonymousId = fresh('device')
    const withNul = anonymousId.replace('-', '\0-')
    await post('/v1/track', { ...track(withNul, 'E\0vent'), properties: { 'k\0ey': 'v\0alue' } })
    const profile = await profileOf(anonymousId)
    expect(JSON.stringify(profile)).not.toContain('\\u0000')
    expect(profile?.recent[0]).toMatchObject({ anonymousId, event: 'Event', properties: { key: 'value' } })
  })

  test('a client cannot set what the server owns', async () => {
    const anonymousId = fresh('device')
    const owned = { receivedAt: '2001-01-01T00:00:00Z', source: 'till', profileId: 'MINE', verified: true, seq: 7 }
    await post('/v1/track', { ...track(anonymousId, 'Seen'), ...owned, version: 9, audiences: ['buyers'] })
    const profile = await profileOf(anonymousId)
    const [event] = profile!.recent
    expect(event).toMatchObject({ source: 'web' })
    expect(event!.receivedAt).toBeGreaterThan(Date.now() - 60_000)
    for (const key of ['profileId', 'verified', 'seq', 'version', 'audiences']) expect(event).not.toHaveProperty(key)
    expect(profile).toMatchObject({ audiences: [], identifiers: [{ verified: false }] })
  })

  test('numbers become text where they identify', async () => {
    const user = Date.now()
    await post('/v1/track', { ...track(fresh('device'), 'One'), userId: user })
    await post('/v1/track', { ...track(fresh('device'), 'Two'), userId: String(user) })
    const profile = await admin.profile({ type: 'user_id', value: String(user) })
    expect(Object.keys(profile?.events ?? {}).sort()).toEqual(['One', 'Two'])
  })
})
