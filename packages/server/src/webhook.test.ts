import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { verifyWebhook } from './webhook.ts'

const [secret, older] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD']
const body = JSON.stringify({ id: 'P:buyers:1', type: 'audience.entered' })

const signed = (by: string, at = new Date()) => ({
  'webhook-id': 'P:buyers:1',
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': new Webhook(by).sign('P:buyers:1', at, body),
})

describe('DE5 a webhook', () => {
  test.each([
    ['of a plain object of headers', signed(secret), secret],
    ['of Headers', new Headers(signed(secret)), secret],
    ['by the old secret while it is rotated', signed(older), [secret, older]],
  ])('%s is verified', (_what, headers, secrets) => {
    expect(verifyWebhook(body, headers, secrets)).toEqual({ ok: true, id: 'P:buyers:1', body: JSON.parse(body) })
  })

  test.each([
    ['another body', body.replace('entered', 'exited'), signed(secret), secret],
    ['another secret', body, signed(older), secret],
    ['another id', body, { ...signed(secret), 'webhook-id': 'P:buyers:2' }, secret],
    ['ten minutes old', body, signed(secret, new Date(Date.now() - 600_000)), secret],
    ['no signature', body, {}, secret],
    ['no secret', body, signed(secret), []],
  ])('%s is not', (_what, text, headers, secrets) => {
    expect(verifyWebhook(text, headers, secrets)).toEqual({ ok: false, reason: expect.any(String) })
  })
})
