import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { collector, countsOf, fresh, post, postRaw, send, track } from './wire.ts'

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => Uint8Array.from(buffer)
const gzip = (value: unknown): Uint8Array<ArrayBuffer> => bytes(gzipSync(JSON.stringify(value)))

/** Sends a body piece by piece, with no length known beforehand. */
const streamed = (body: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> => {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= body.length) return controller.close()
      controller.enqueue(body.slice(at, at + pieceBytes))
      at += pieceBytes
    },
  })
}

describe('WI3 the body is JSON, whatever its type says', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'nonsense',
  ])('content type %s', async (type) => {
    const anonymousId = fresh('device')
    const body = JSON.stringify(track(anonymousId, 'One'))
    expect(await postRaw('/v1/track', body, { 'content-type': type })).toMatchObject({ status: 200 })
    expect(await countsOf(anonymousId)).toEqual({ One: 1 })
  })

  test('no content type at all', async () => {
    const body = bytes(Buffer.from(JSON.stringify(track(fresh('device'), 'One'))))
    const response = await fetch(`${collector}/v1/track`, {
      method: 'POST',
      headers: { authorization: basic(keys.browser) },
      body,
    })
    expect(response.status).toBe(200)
  })

  test('text beyond ASCII survives', async () => {
    const anonymousId = fresh('device')
    await post('/v1/track', track(anonymousId, 'Caffè ☕ visto 👀'))
    expect(await countsOf(anonymousId)).toEqual({ 'Caffè ☕ visto 👀': 1 })
  })

  test('a byte order mark before the JSON is no fault', async () => {
    const body = `\u{feff}${JSON.stringify(track(fresh('device'), 'One'))}`
    expect(await postRaw('/v1/track', body)).toMatchObject({ status: 200 })
  })

  test('a body that comes in pieces, with no length', async () => {
    const anonymousId = fresh('device')
    const body = Buffer.from(JSON.stringify({ batch: Array.from({ length: 50 }, () => track(anonymousId, 'Piece')) }))
    expect(await postRaw('/v1/batch', streamed(body, 777))).toMatchObject({ status: 200, body: { accepted: 50 } })
    expect(await countsOf(anonymousId)).toEqual({ Piece: 50 })
  })
})

describe('WI3 gzip', () => {
  test.each([
    ['by its header', { 'content-encoding': 'gzip' }],
    ['by its magic bytes alone', {}],
  ])('%s', async (_how, headers) => {
    const anonymousId = fresh('device')
    const answered = await postRaw('/v1/batch', gzip({ batch: [track(anonymousId, 'Zipped')] }), headers)
    expect(answered).toMatchObject({ status: 200, body: { accepted: 1 } })
    expect(await countsOf(anonymousId)).toEqual({ Zipped: 1 })
  })

  test('in pieces, with no length', async () => {
    const body = gzip({ batch: Array.from({ length: 100 }, () => track(fresh('device'), 'Zipped')).slice(0, 20) })
    expect(await postRaw('/v1/batch', streamed(body, 100))).toMatchObject({ status: 200, body: { accepted: 20 } })
  })

  test('plain JSON under a gzip header is either read or refused, never a 5xx', async () => {
    const body = JSON.stringify(track(fresh('device'), 'One'))
    const { status } = await postRaw('/v1/track', body, { 'content-encoding': 'gzip' })
    expect([200, 400]).toContain(status)
  })
})

describe('WI3 limits, to the byte', () => {
  const maxBodyBytes = 500 * 1024
  const maxEventBytes = 32 * 1024

  /** A batch of so many bytes, of events below their own limit. */
  const batchOf = (size: number): string => {
    const filler = (length: number) => ({ ...track('filler', 'Filled'), properties: { filler: 'x'.repeat(length) } })
    const batch = { batch: Array.from({ length: 17 }, () => filler(29_000)), padding: '' }
    batch.padding = 'x'.repeat(size - JSON.stringify(batch).length)
    return JSON.stringify(batch)
  }

  test('a body of 500 KB is taken, one byte more is not', async () => {
    expect(await postRaw('/v1/batch', batchOf(maxBodyBytes))).toMatchObject({ status: 200, body: { accepted: 17 } })
    const over = await postRaw('/v1/batch', batchOf(maxBodyBytes + 1))
    expect(over).toMatchObject({ status: 413, body: { success: false, code: 'too_large_batch' } })
    expect(over.body.message).toContain(String(maxBodyBytes))
  })

  test('the same limit holds for what comes out of gzip, and for pieces without a length', async () => {
    const fits = bytes(Buffer.from(batchOf(maxBodyBytes)))
    const over = bytes(Buffer.from(batchOf(maxBodyBytes + 1)))
    expect(await postRaw('/v1/batch', bytes(gzipSync(fits)))).toMatchObject({ status: 200 })
    expect(await postRaw('/v1/batch', bytes(gzipSync(over)))).toMatchObject({ status: 413 })
    expect(await postRaw('/v1/batch', streamed(fits, 16_384))).toMatchObject({ status: 200 })
    expect(await postRaw('/v1/batch', streamed(over, 16_384))).toMatchObject({ status: 413 })
  })

  test('10 MB of zeros in 10 KB are refused while they are read', async () => {
    const bomb = bytes(gzipSync(Buffer.alloc(10_000_000)))
    expect(bomb.length).toBeLessThan(20_000)
    expect(await postRaw('/v1/batch', bomb)).toMatchObject({ status: 413 })
  })

  test('an event of 32 KB is taken, a larger one is refused by itself', async () => {
    const anonymousId = fresh('device')
    const event = (length: number) => ({ ...track(anonymousId, 'Large'), properties: { filler: 'x'.repeat(length) } })
    const { body } = await post('/v1/batch', { batch: [event(maxEventBytes - 1_000), event(maxEventBytes)] })
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'too_large_event' }] })
    expect(await countsOf(anonymousId)).toEqual({ Large: 1 })
  })

  test('bytes count, not characters', async () => {
    const event = { ...track(fresh('device'), 'Large'), properties: { filler: 'è'.repeat(17_000) } }
    expect(await post('/v1/track', event)).toMatchObject({ status: 400, body: { code: 'too_large_event' } })
  })

  test('2,500 events are taken, 2,501 are not', async () => {
    const anonymousId = fresh('device')
    const events = (length: number) => Array.from({ length }, () => ({ type: 'page', anonymousId }))
    expect(await post('/v1/batch', { batch: events(2_500) })).toMatchObject({ status: 200, body: { accepted: 2_500 } })
    const over = await post('/v1/batch', { batch: events(2_501) })
    expect(over).toMatchObject({ status: 413, body: { success: false, code: 'too_large_batch' } })
    expect(over.body.message).toMatch(/2,?501.*2,?500/)
    expect(await countsOf(anonymousId)).toEqual({ page: 2_500 })
  })

  test('200 visitors in a request of a browser key; the 201st is refused by itself', async () => {
    const request = fresh('many')
    const batch = Array.from({ length: 201 }, (_, n) => ({ type: 'page', anonymousId: `${request}-${n}` }))
    const { status, body } = await post('/v1/batch', { batch })
    expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: 200 })
    expect(body.rejected).toMatchObject([{ index: 200, code: 'too_large_batch' }])
  })

  test('a server key may send more visitors', async () => {
    const request = fresh('many')
    const batch = Array.from({ length: 250 }, (_, n) => ({ type: 'page', anonymousId: `${request}-${n}` }))
    const answered = await send('/v1/batch', JSON.stringify({ batch }), { headers: { 'x-write-key': keys.server } })
    expect(answered).toMatchObject({ status: 200, body: { accepted: 250 } })
  })

  test('16 levels are taken, 17 are not', async () => {
    /** The event is level 1 and its properties level 2. */
    const nested = (levels: number): object => ({
      ...track(fresh('device'), 'Deep'),
      properties: JSON.parse(`${'{"a":'.repeat(levels - 1)}1${'}'.repeat(levels - 1)}`),
    })
    expect(await post('/v1/track', nested(16))).toMatchObject({ status: 200 })
    expect(await post('/v1/track', nested(17))).toMatchObject({ status: 400, body: { code: 'too_deep' } })
  })

  test('names of 200 characters are taken, longer ones are not', async () => {
    const named = (length: number) => track(fresh('device'), 'n'.repeat(length))
    expect(await post('/v1/track', named(200))).toMatchObject({ status: 200 })
    expect(await post('/v1/track', named(201))).toMatchObject({ status: 400, body: { code: 'invalid_field' } })
    const withProperty = (length: number) => ({ ...named(5), properties: { ['p'.repeat(length)]: 1 } })
    expect(await post('/v1/track', withProperty(200))).toMatchObject({ status: 200 })
    expect(await post('/v1/track', withProperty(201))).toMatchObject({ status: 400, body: { code: 'invalid_field' } })
  })
})
