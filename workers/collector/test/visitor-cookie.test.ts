import { env } from 'cloudflare:workers'
import { SignJWT } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { app } from '../src/app.ts'
import type { Env } from '../src/env.ts'
import { administer, fresh, identify, page, post, profileOf, publish, workspace, writeKey } from './setup.ts'

const secret = 'a-secret-of-a-test-with-32-bytes-or-more'
const key = { kid: 'k', alg: 'HS256', secret } as const
const source = { id: 'web', kind: 'browser', writeKey, consent: { policy: 'opt-out' }, identityKeys: [key] } as const
const verified = workspace({ sources: [source] })

beforeAll(async () => {
  await publish({ ...verified, purposes: [] })
})

/** A request to the collector with other variables than those that the tests run with; its objects are the same. */
const collectWith = (vars: Partial<Env>, url = 'https://collector.example', more: object = {}, cookie = '') =>
  app.request(
    `${url}/v1/batch`,
    {
      method: 'POST',
      headers: { cookie },
      body: JSON.stringify({ writeKey, batch: [page({ anonymousId: fresh('a') })], ...more }),
    },
    { ...(env as Env), ...vars },
  )
const cookieOf = (response: Response): string | undefined => response.headers.getSetCookie()[0]
const strong = 'a-visitor-secret-with-32-bytes-or-more'

test('over https the cookie has the prefix that keeps it from other hosts: Secure, the whole path, no Domain', async () => {
  const response = await post([page({ anonymousId: fresh('a') })])
  expect(response.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-spartito_web=[\w-]+\.[\w-]{43}; Path=\/; Max-Age=34560000; HttpOnly; SameSite=Strict; Secure$/,
    ),
  ])
})

test('CO5 Global Privacy Control refuses it where there is no purpose that it could refuse', async () => {
  const response = await post([page({ anonymousId: fresh('a') })], writeKey, { 'sec-gpc': '1' })
  expect(response.status).toBe(200)
  expect(response.headers.getSetCookie()).toEqual([])
})

const production = { DEVELOPMENT: 'false' }
const tables: [rule: string, vars: Partial<Env>, url: string, isSet: boolean][] = [
  ['with a secret of its own', { ...production, VISITOR_SECRET: strong }, 'https://c.example', true],
  ['without a secret', production, 'https://c.example', false],
  ['with an empty secret', { ...production, VISITOR_SECRET: '' }, 'https://c.example', false],
  ['with a short secret', { ...production, VISITOR_SECRET: 'short' }, 'https://c.example', false],
  [
    'with the secret of development',
    { ...production, VISITOR_SECRET: 'spartito-development-visitor-secret' },
    'https://c.example',
    false,
  ],
  ['over plain http', { ...production, VISITOR_SECRET: strong }, 'http://c.example', false],
]
test.each(tables)('in production, %s: a cookie is set or is not', async (_rule, vars, url, isSet) => {
  const response = await collectWith(vars, url)
  expect(response.status).toBe(200)
  expect(cookieOf(response) !== undefined).toBe(isSet)
})

test('a cookie that another secret signed is none', async () => {
  const made = cookieOf(await collectWith({ VISITOR_SECRET: strong }))!.split(';')[0]!
  const ask = (VISITOR_SECRET: string) =>
    app.request(
      'https://collector.example/v1/me',
      { headers: { cookie: made, 'x-write-key': writeKey } },
      { ...(env as Env), VISITOR_SECRET },
    )
  expect((await ask(strong)).status).toBe(200)
  expect((await ask(`${strong}.`)).status).toBe(404)
})

test('one visitor has one cookie, from one secret to the next', async () => {
  const batch = [page({ anonymousId: fresh('a') })]
  const made = async (VISITOR_SECRET: string) => cookieOf(await collectWith({ VISITOR_SECRET }, undefined, { batch }))
  const first = await made(strong)
  expect(await made(strong)).toBe(first)
  const second = await made(`${strong}.`)
  expect(second).not.toBe(first)
  expect(await made(strong)).toBe(first)
})

const tokenOf = (sub: string): Promise<string> =>
  new SignJWT({ sub, aud: 'web' })
    .setProtectedHeader({ alg: 'HS256', kid: 'k' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret))

test('WS in production a secret that is a value in the workspace verifies nothing, and is refused by path', async () => {
  for (const [DEVELOPMENT, isVerified] of [
    ['true', true],
    ['false', false],
  ] as const) {
    const userId = fresh('u')
    const batch = [identify({ anonymousId: fresh('a'), userId })]
    await collectWith({ DEVELOPMENT }, undefined, { batch, token: await tokenOf(userId) })
    const profile = (await profileOf('user_id', userId))!
    expect(profile.identifiers[0]).toMatchObject({ value: userId, verified: isVerified })
    expect(profile.refusals.map(({ reason }) => reason)).toEqual(isVerified ? [] : ['unusable_key'])
  }
  const published = await app.request(
    '/admin/workspace',
    { method: 'PUT', headers: { authorization: 'Bearer admin' }, body: JSON.stringify(verified) },
    { ...(env as Env), DEVELOPMENT: 'false' },
  )
  expect(published.status).toBe(400)
  const { faults } = (await published.json()) as { faults: { path: string }[] }
  expect(faults.map(({ path }) => path)).toEqual(['sources[0].identityKeys[0].secret'])
  expect((await administer('/admin/workspace')).status).toBe(200)
})
