import { expect, test } from 'vitest'
import { createRights, type RightsFetch } from './rights.ts'

/** A collector that answers each question alike, and what it was asked. */
const answering = (ok: boolean, text: string) => {
  const asked: { url: string; said: object; credentials: string | undefined }[] = []
  const fetch: RightsFetch = async (url, { body, credentials }) => {
    asked.push({ url, said: JSON.parse(body), credentials })
    return { ok, text: async () => text }
  }
  let forgotten = 0
  const endpoint = { collector: 'https://data.example', fetch, credentials: 'include', timeoutMs: 1_000 } as const
  return { asked, rights: createRights(endpoint, 'wk', () => forgotten++), forgotten: () => forgotten }
}

test('CO8 an export is asked for with the token, and is text as it came', async () => {
  const { rights, asked } = answering(true, '{"format":"x"}')
  expect(await rights.export({ token: 't', format: 'html' })).toEqual({ ok: true, value: '{"format":"x"}' })
  const said = { writeKey: 'wk', token: 't', format: 'html' }
  expect(asked).toEqual([{ url: 'https://data.example/v1/me/export', said, credentials: 'include' }])
})

test('CO7 who is forgotten everywhere is forgotten on this device, too, and may take the first back', async () => {
  const { rights, asked, forgotten } = answering(true, '{"id":"e.s","dueAt":5}')
  expect(await rights.forget()).toEqual({ ok: true, value: { id: 'e.s', dueAt: 5 } })
  expect(forgotten()).toBe(1)
  await rights.undo('e.s', { token: 't' })
  expect(asked[1]).toMatchObject({ url: 'https://data.example/v1/me/forget/undo', said: { id: 'e.s', token: 't' } })
  expect(forgotten()).toBe(1)
})

test.each([
  ['a refusal', '{"success":false,"code":"unauthorized","message":"nobody vouches"}', 'unauthorized', 'nobody vouches'],
  ['a proxy’s page', '<html>', 'unavailable', 'not the collector'],
])('%s leaves the device as it is, with a code', async (_what, text, code, says) => {
  const { rights, forgotten } = answering(false, text)
  expect(await rights.forget()).toEqual({ ok: false, code, message: expect.stringContaining(says) })
  expect(forgotten()).toBe(0)
})

test.each([
  ['a network that is gone', () => Promise.reject(new TypeError('no network'))],
  ['an answer that is not what it should be', async () => ({ ok: true, text: async () => 'no JSON' })],
])('%s throws nothing', async (_what, fetch) => {
  const rights = createRights({ collector: 'https://data.example', fetch, timeoutMs: 1_000 }, 'wk', () => {})
  expect(await rights.forget()).toMatchObject({ ok: false, code: 'unavailable' })
})
