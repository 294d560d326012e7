import { expect, test } from 'vitest'
import { app } from '../src/app.ts'

test('all routes together are such that the fast router takes them', async () => {
  expect((await app.request('/healthz')).status).toBe(200)
  expect(app.router.name).toBe('SmartRouter + RegExpRouter')
})

test('the tag is served by its paths, and nothing else is', async () => {
  const statusOf = async (path: string) => (await app.request(path)).status
  const { headers } = await app.request('/tag.js')
  const hash = headers.get('etag')!.replaceAll('"', '')
  for (const path of ['/tag.js', '/tag.identity.js', `/tag.${hash}.js`, '/tag/clicks.js'])
    expect([path, await statusOf(path)]).toEqual([path, 200])
  for (const path of ['/tag.0123.js', '/tag/none.js', '/tag', '/tag/'])
    expect([path, await statusOf(path)]).toEqual([path, 404])
})
