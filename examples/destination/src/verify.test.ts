import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { type Verified, verify } from './verify.ts'

const secret = `whsec_${btoa('a secret of at least 24 bytes')}`
const other = `whsec_${btoa('another one of at least 24 bytes')}`
const minute = 60_000

const signed = (body: string, by = secret, ageMs = 0): Headers => {
  const at = new Date(Date.now() - ageMs)
  return new Headers({
    'webhook-id': 'p:engaged:1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign('p:engaged:1', at, body),
  })
}

const scenarios: [title: string, body: string, headers: Headers, then: Verified][] = [
  ['a signed body is read', '{"seq":1}', signed('{"seq":1}'), { ok: true, id: 'p:engaged:1', body: { seq: 1 } }],
  [
    'a signed body that is not JSON is genuine, and nothing',
    'x',
    signed('x'),
    { ok: true, id: 'p:engaged:1', body: undefined },
  ],
  ['one byte more is refused', '{"seq":1} ', signed('{"seq":1}'), { ok: false, error: 'No matching signature found' }],
  ['another secret is refused', '{}', signed('{}', other), { ok: false, error: 'No matching signature found' }],
  [
    'six minutes later it is a replay',
    '{}',
    signed('{}', secret, 6 * minute),
    { ok: false, error: 'Message timestamp too old' },
  ],
  ['without headers it is refused', '{}', new Headers(), { ok: false, error: 'Missing required headers' }],
]
test.each(scenarios)('%s', (_title, body, headers, then) => {
  expect(verify(body, headers, secret)).toEqual(then)
})
