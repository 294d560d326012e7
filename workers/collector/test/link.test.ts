import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { app } from '../src/app.ts'
import type { Env } from '../src/env.ts'
import { linkLifeMs, sealLink } from '../src/identity/link-token.ts'
import { fresh, page, publish, workspace, writeKey } from './setup.ts'

beforeAll(async () => {
  await publish(workspace({ purposes: [] }))
})

const strong = 'a-visitor-secret-with-32-bytes-or-more'
const production = { DEVELOPMENT: 'false' }

const ask = (url: string, vars: Partial<Env>, body: object, cookie = '') =>
  app.request(
    url,
    { method: 'POST', headers: { cookie, 'user-agent': 'B' }, body: JSON.stringify({ writeKey, ...body }) },
    { ...(env as Env), ...vars },
  )

const tables: [rule: string, vars: Partial<Env>, origin: string, isOpened: boolean][] = [
  ['with a secret of its own', { ...production, VISITOR_SECRET: strong }, 'https://c.example', true],
  ['without a secret', production, 'https://c.example', false],
  ['with a short secret', { ...production, VISITOR_SECRET: 'short' }, 'https://c.example', false],
  ['over plain http', { ...production, VISITOR_SECRET: strong }, 'http://c.example', false],
  ['over plain http, in development', { VISITOR_SECRET: strong }, 'http://c.example', true],
]
test.each(tables)(
  'in production, %s: links are sealed and opened or are not',
  async (_rule, vars, origin, isOpened) => {
    const anonymousId = fresh('a')
    // Confirmed and sealed with the good secret, so that only what opens it decides.
    const good = { VISITOR_SECRET: strong }
    const [cookie] = (await ask(`${origin}/v1/batch`, good, { batch: [page({ anonymousId })] })).headers.getSetCookie()
    const sealed = await ask(`${origin}/v1/link`, vars, { anonymousId }, cookie!.split(';')[0])
    expect(sealed.status).toBe(isOpened ? 200 : 404)
    const link = await sealLink(new TextEncoder().encode(strong), 'web', 'B', anonymousId, Date.now())
    const opened = await ask(`${origin}/v1/link/open`, vars, { link })
    expect([opened.status, ((await opened.json()) as { anonymousId?: string }).anonymousId]).toEqual(
      isOpened ? [200, anonymousId] : [404, undefined],
    )
  },
)

test('a link ends on its instant', async () => {
  const vars = { VISITOR_SECRET: strong }
  const sealedAt = (at: number) => sealLink(new TextEncoder().encode(strong), 'web', 'B', 'device', at)
  const open = async (link: string) => (await ask('https://c.example/v1/link/open', vars, { link })).status
  expect(await open(await sealedAt(Date.now() - linkLifeMs))).toBe(404)
  expect(await open(await sealedAt(Date.now() - linkLifeMs + 30_000))).toBe(200)
})
