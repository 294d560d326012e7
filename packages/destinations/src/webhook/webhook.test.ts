import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DestinationRequest } from '../destination-kind.ts'
import { change } from '../testing/deliveries.ts'
import { exampleNow } from '../testing/example.ts'
import { webhook } from './webhook.ts'

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/index.test.ts, read 2026-11-22. */
const official = {
  secret: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  atSeconds: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}

const secret = `whsec_${official.secret}`
const previousSecret = 'whsec_b2xkIG9sZCBvbGQgb2xkIG9sZCBvbGQ='
const settings = { url: 'https://crm.example/hook', secret }

const request = (now: number, previous?: string): DestinationRequest =>
  webhook.request(
    [change()],
    settings,
    previous === undefined ? { secret } : { secret, previousSecret: previous },
    now,
  ) as DestinationRequest

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: exampleNow })
})
afterEach(() => {
  vi.useRealTimers()
})

const isTaken = (key: string, body: string, headers: Record<string, string>): boolean => {
  try {
    new Webhook(key).verify(body, headers)
    return true
  } catch {
    // Whatever the reason: it is not taken.
    return false
  }
}

/** Each copy of a text with one of its bytes changed in its lowest bit. */
const flipped = (text: string): string[] =>
  [...text].map((unit, i) => `${text.slice(0, i)}${String.fromCharCode(unit.charCodeAt(0) ^ 1)}${text.slice(i + 1)}`)

describe('DE5 Standard Webhooks', () => {
  test('the library makes and takes the official vector', () => {
    const { id, atSeconds, body, signature } = official
    vi.setSystemTime(atSeconds * 1000)
    expect(new Webhook(official.secret).sign(id, new Date(atSeconds * 1000), body)).toBe(signature)
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(atSeconds), 'webhook-signature': signature }
    expect(isTaken(official.secret, body, headers)).toBe(true)
  })

  test('what is signed is id.timestamp.body, by HMAC-SHA256 with the bytes of the secret', () => {
    const { headers, body } = request(exampleNow)
    const hmac = createHmac('sha256', Buffer.from(official.secret, 'base64'))
    const signature = hmac.update(`p1:buyers:3.${exampleNow / 1000}.${body}`).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
  })

  test('a request is taken; with any byte of its body, id, time or signature flipped it is refused', () => {
    const { headers, body } = request(exampleNow)
    expect(isTaken(secret, body, headers)).toBe(true)
    for (const copy of flipped(body)) expect(isTaken(secret, copy, headers)).toBe(false)
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
      for (const copy of flipped(headers[name]!))
        expect(isTaken(secret, body, { ...headers, [name]: copy })).toBe(false)
  })

  test('one of another time, or under another secret, is refused', () => {
    const { headers, body } = request(exampleNow - 6 * 60_000)
    expect(isTaken(secret, body, headers)).toBe(false)
    const now = request(exampleNow)
    expect(isTaken(previousSecret, now.body, now.headers)).toBe(false)
  })

  test('while keys rotate, receivers that know either take it, and afterwards the new one alone', () => {
    const rotating = request(exampleNow, previousSecret)
    expect(rotating.headers['webhook-signature']!.split(' ')).toHaveLength(2)
    expect([secret, previousSecret].map((key) => isTaken(key, rotating.body, rotating.headers))).toEqual([true, true])
    const after = request(exampleNow)
    expect([secret, previousSecret].map((key) => isTaken(key, after.body, after.headers))).toEqual([true, false])
  })

  test.each([
    [secret, undefined],
    [`whsec_${btoa('x'.repeat(23))}`, 'must be whsec_… with 24 to 64 bytes in base64'],
    ['a password', 'must be whsec_… with 24 to 64 bytes in base64'],
  ])('T10 of a secret %s is said: %s', (value, fault) => {
    expect(webhook.faultOfSecret!(value)).toBe(fault)
  })

  test('a repeated delivery is the same to the byte, but for its time', () => {
    const [one, two] = [request(exampleNow), request(exampleNow + 60_000)]
    expect(two.body).toBe(one.body)
    expect(two.headers['webhook-id']).toBe(one.headers['webhook-id'])
  })
})
