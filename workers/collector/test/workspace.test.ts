import { describe, expect, test } from 'vitest'
import { administer, publish, workspace } from './setup.ts'

const json = async (response: Response): Promise<{ status: number; body: Record<string, unknown> }> => ({
  status: response.status,
  body: (await response.json()) as Record<string, unknown>,
})
const get = async (path: string) => json(await administer(`/admin/workspace${path}`))
const put = async (document: unknown, headers = {}) =>
  json(await administer('/admin/workspace', { method: 'PUT', body: JSON.stringify(document), headers }))
const rollBack = async (body: unknown, headers = {}) =>
  json(await administer('/admin/workspace/rollback', { method: 'POST', body: JSON.stringify(body), headers }))

const one = workspace({ purposes: ['one'] })
const two = workspace({ purposes: ['two'] })

test('WS each publish is a version that can be read, and a roll-back publishes an old one anew', async () => {
  const first = await publish(one)
  const second = await publish(two)
  expect(second).toBe(first + 1)
  expect((await get(`/versions/${first}`)).body).toEqual({ version: first, workspace: one })
  expect((await get('')).body).toEqual({ version: second, workspace: two })

  expect((await rollBack({ version: first })).body).toMatchObject({ version: second + 1 })
  expect((await get('')).body).toEqual({ version: second + 1, workspace: one })
  const { versions } = (await get('/versions')).body as { versions: { version: number; publishedAt: number }[] }
  expect(versions.map(({ version }) => version)).toEqual([second + 1, second, first])
  expect(versions[0]!.publishedAt).toBeGreaterThanOrEqual(versions[1]!.publishedAt)
})

test('WS If-Match guards a publish and a roll-back against a lost update', async () => {
  const version = await publish(one)
  await publish(two)
  expect((await put(one, { 'if-match': `"${version}"` })).status).toBe(412)
  expect((await rollBack({ version }, { 'if-match': `"${version}"` })).status).toBe(412)
  expect((await get('')).body).toEqual({ version: version + 1, workspace: two })
  expect((await put(one, { 'if-match': `"${version + 1}"` })).body).toMatchObject({ version: version + 2 })
  expect((await put(one, { 'if-match': 'x' })).status).toBe(400)
})

test('WS a bad workspace is refused by path, and the last good one stays', async () => {
  const version = await publish(one)
  const refused = await put({ ...two, audiences: [{ id: 'x', when: { nothing: true } }] })
  expect(refused).toMatchObject({ status: 400, body: { faults: [{ path: expect.stringContaining('audiences[0]') }] } })
  expect((await get('')).body).toEqual({ version, workspace: one })
})

test.each([
  [{ version: 999 }, 404, 'no version 999 was published: GET /admin/workspace/versions lists those that were'],
  [{ version: 0 }, 404, 'no version 0 was published: GET /admin/workspace/versions lists those that were'],
  [{ version: '1' }, 400, 'send {"version": n}: the version to publish again, as a new one'],
  [{}, 400, 'send {"version": n}: the version to publish again, as a new one'],
])('a roll-back to %j is %i', async (body, status, message) => {
  expect(await rollBack(body)).toMatchObject({ status, body: { message } })
})

test('a version that was not published is 404', async () => {
  expect((await get('/versions/999')).status).toBe(404)
  expect((await get('/versions/x')).status).toBe(404)
})

describe('WS budgets are checked on save', () => {
  test.each([
    ['none', { newVisitors: 0 }, 'newVisitors'],
    ['a part', { visitorEvents: 1.5 }, 'visitorEvents'],
    ['text', { events: '600' }, 'events'],
    ['another', { visits: 5 }, 'visits'],
  ])('%s', async (_what, budgets, path) => {
    const document = { sources: [{ ...workspace().sources[0], budgets }] }
    const response = await administer('/admin/workspace', { method: 'PUT', body: JSON.stringify(document) })
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(`sources[0].budgets.${path}`)
  })
})
