import { expect, test } from 'vitest'
import { authorizeByGoogle } from './authorize.ts'

const authorize = authorizeByGoogle<{ clientId: string }>(({ clientId }, { clientSecret, refreshToken }) => ({
  clientId,
  clientSecret: clientSecret!,
  refreshToken: refreshToken!,
}))

test('a token is asked for by the refresh token', () => {
  expect(
    authorize.request({ clientId: 'id.apps.googleusercontent.com' }, { clientSecret: 'c&d', refreshToken: '1//r' }),
  ).toEqual({
    method: 'POST',
    url: 'https://oauth2.googleapis.com/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=refresh_token&client_id=id.apps.googleusercontent.com&client_secret=c%26d&refresh_token=1%2F%2Fr',
  })
})

const failed = (status: number, reason: string) => ({ ok: false, attempt: { outcome: 'failed', reason, status } })

test.each<[what: string, status: number, body: string, read: object]>([
  ['a token', 200, '{"access_token":"ya29","expires_in":3599}', { ok: true, accessToken: 'ya29', validMs: 3_599_000 }],
  [
    'one that ends soon',
    200,
    '{"access_token":"ya29","expires_in":10}',
    { ok: true, accessToken: 'ya29', validMs: 10_000 },
  ],
  [
    'an old refresh token',
    400,
    '{"error":"invalid_grant"}',
    failed(400, 'Google does not know the refresh token any more: make a new one, and set its Worker secret'),
  ],
  ['an outage', 503, '<html>', failed(503, 'Google gave no access token: it answered 503')],
  ['an answer without a token', 200, '{}', failed(200, 'Google gave no access token: it answered 200')],
])('%s', (_what, status, body, read) => {
  expect(authorize.read({ status, header: () => null, body })).toEqual(read)
})
