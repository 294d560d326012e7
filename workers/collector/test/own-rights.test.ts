import { exports } from 'cloudflare:workers'
import type { ExportDocument } from '@spartito/privacy'
import { createServerRights } from '@spartito/server'
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { administer, collect, fresh, identify, publish, serverKey, track, workspace, writeKey } from './setup.ts'

const secret = 'an-identity-secret-of-32-bytes-or-more'
const shop = 'https://shop.example'
const bareKey = 'wk_bare_1'
const identityKeys = [{ kid: 'k1', alg: 'HS256', secret }] as const

beforeAll(async () => {
  const [web, till] = workspace().sources
  const sources = [
    { ...web!, origins: [shop], identityKeys, rights: { export: true, forget: 'P3D' } },
    till!,
    { id: 'bare', kind: 'browser' as const, writeKey: bareKey, identityKeys },
  ]
  await publish(workspace({ sources }))
})

const tokenOf = (userId: string, more: { aud?: string; key?: string } = {}): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .setSubject(userId)
    .setAudience(more.aud ?? 'web')
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(more.key ?? secret))

const ask = (path: string, body: object | undefined, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(
    new Request(`https://collector.example/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { origin: shop, 'sec-fetch-site': 'same-site', ...headers },
      ...(body && { body: JSON.stringify({ writeKey, ...body }) }),
    }),
  )

const known = async (): Promise<string> => {
  const user = fresh('u')
  await collect([identify({ userId: user }, { plan: 'pro' }), track({ userId: user }, 'Order Completed')], serverKey)
  return user
}

describe('CO8 a person takes along what is kept of them', () => {
  test('by a token that the owner’s server has signed', async () => {
    const user = await known()
    const response = await ask('/me/export', { token: await tokenOf(user) })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe(shop)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const found = (await response.json()) as ExportDocument
    expect(found).toMatchObject({ asked: { value: user }, isComplete: true })
    expect(found.person.traits).toMatchObject([{ name: 'plan', value: 'pro' }])
    expect(found.events).toHaveLength(2)
  })

  test('as a page, by the cookie that an earlier token has confirmed, which a link sends along', async () => {
    const user = await known()
    const batch = [{ ...identify({ anonymousId: fresh('a'), userId: user }), token: await tokenOf(user) }]
    const [cookie = ''] = (await ask('/batch', { batch })).headers.getSetCookie()
    const response = await ask(`/me/export?writeKey=${writeKey}&format=html`, undefined, {
      cookie: cookie.split(';')[0]!,
    })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('Order Completed')
  })

  test('the owner’s server does it for its users', async () => {
    const user = await known()
    const key = { authorization: `Basic ${btoa(`${serverKey}:`)}` }
    const found = (await (await ask('/export', { userId: user }, key)).json()) as ExportDocument
    expect(found.person.traits).toMatchObject([{ name: 'plan', value: 'pro' }])
    expect((await ask('/export', { userId: 'nobody-here' }, key)).status).toBe(404)
    expect((await ask('/export', {}, key)).status).toBe(400)
  })
})

describe('CO7 a person asks to be forgotten', () => {
  const erasures = async () =>
    (
      (await (await administer('/admin/erasures')).json()) as {
        erasures: { dueAt: number; state: string; by: { kind: string } }[]
      }
    ).erasures
  const dayMs = 86_400_000

  test('after the time that the source gives, and may take it back until then', async () => {
    const user = await known()
    const token = await tokenOf(user)
    const asked = await ask('/me/forget', { token })
    expect(asked.status).toBe(202)
    const { id, dueAt } = (await asked.json()) as { id: string; dueAt: number }
    expect(Math.abs(dueAt - Date.now() - 3 * dayMs)).toBeLessThan(60_000)
    expect((await erasures()).find((its) => its.dueAt === dueAt)).toMatchObject({
      state: 'waiting',
      by: { kind: 'person' },
    })
    const again = (await (await ask('/me/forget', { token })).json()) as { id: string }
    expect(again.id).toBe(id)
    const stranger = await ask('/me/forget/undo', { token: await tokenOf(await known()), id })
    expect(stranger.status).toBe(404)
    expect(await (await ask('/me/forget/undo', { token, id })).json()).toEqual({ undone: true })
    expect((await ask('/me/forget/undo', { token, id })).status).toBe(404)
    expect((await erasures()).find((its) => its.dueAt === dueAt)).toMatchObject({ state: 'undone' })
  })

  test('and its device is nobody’s from then on: the cookie that knew it ends', async () => {
    const user = await known()
    const batch = [{ ...identify({ anonymousId: fresh('a'), userId: user }), token: await tokenOf(user) }]
    const [cookie = ''] = (await ask('/batch', { batch })).headers.getSetCookie()
    const asked = await ask('/me/forget', {}, { cookie: cookie.split(';')[0]! })
    expect(asked.status).toBe(202)
    expect(asked.headers.get('set-cookie')).toContain('Max-Age=0')
  })

  test('by the owner’s server, with a delay of its own', async () => {
    const user = await known()
    const key = { authorization: `Basic ${btoa(`${serverKey}:`)}` }
    const { id, dueAt } = (await (await ask('/forget', { userId: user, delayHours: 48 }, key)).json()) as {
      id: string
      dueAt: number
    }
    expect(Math.abs(dueAt - Date.now() - 2 * dayMs)).toBeLessThan(60_000)
    expect((await ask('/forget', { userId: user, delayHours: 1_000 }, key)).status).toBe(400)
    expect((await ask('/forget/undo', { userId: user, id }, key)).status).toBe(200)
  })

  test('with functions for servers, which refuse nothing by throwing', async () => {
    const user = await known()
    const send = (url: string | URL | Request, init?: RequestInit) =>
      exports.default.fetch(new Request(url as string, init))
    const config = { collector: 'https://collector.example', fetch: send as typeof fetch }
    const rights = createServerRights({ ...config, key: serverKey })
    expect(await rights.export(user)).toMatchObject({ ok: true, value: expect.stringContaining('"isComplete":true') })
    const asked = await rights.forget(user)
    if (!asked.ok) throw new Error(asked.message)
    expect(await rights.undoForget(user, asked.value.id)).toEqual({ ok: true, value: { undone: true } })
    expect(await createServerRights({ ...config, key: writeKey }).forget(user)).toMatchObject({
      ok: false,
      code: 'unauthorized',
    })
  })
})

describe('T28 nobody asks for somebody else', () => {
  type Shown = (user: string) => Promise<{ body?: object; headers?: Record<string, string> }>
  // biome-ignore format: a row a rule
  const strangers: [who: string, shown: Shown, status: number][] = [
    ['a public key alone', async () => ({}), 403],
    ['a claimed userId', async (userId) => ({ body: { userId } }), 403],
    ['a token of another key', async (user) => ({ body: { token: await tokenOf(user, { key: 'another-secret-of-32-bytes-or-more!' }) } }), 403],
    ['a token for another source', async (user) => ({ body: { token: await tokenOf(user, { aud: 'bare' }) } }), 403],
    ['a good token from a page of somebody else', async (user) => ({ body: { token: await tokenOf(user) }, headers: { origin: 'https://evil.example' } }), 403],
    ['a source that gives no rights', async (user) => ({ body: { writeKey: bareKey, token: await tokenOf(user, { aud: 'bare' }) } }), 403],
    ['no key at all', async (user) => ({ body: { writeKey: undefined, token: await tokenOf(user) } }), 401],
  ]
  const paths = ['/me/export', '/me/forget', '/me/forget/undo']
  test.each(paths.flatMap((path) => strangers.map((row) => [path, ...row] as const)))(
    '%s: %s',
    async (path, _who, shown, status) => {
      const { body = {}, headers = {} } = await shown(await known())
      const response = await ask(path, body, headers)
      expect(response.status).toBe(status)
      expect(await response.json()).toMatchObject({ success: false, message: expect.stringMatching(/.{20}/) })
    },
  )

  test.each(['/export', '/forget', '/forget/undo'])('T18 %s: the key of a page speaks for nobody', async (path) => {
    const user = await known()
    const response = await ask(path, { userId: user }, { authorization: `Basic ${btoa(`${writeKey}:`)}` })
    expect(response.status).toBe(403)
  })

  test('the cookie of a claimed visitor is nobody’s word', async () => {
    const user = await known()
    const batch = [identify({ anonymousId: fresh('a'), userId: user })]
    const [cookie = ''] = (await ask('/batch', { batch })).headers.getSetCookie()
    expect((await ask('/me/export', {}, { cookie: cookie.split(';')[0]! })).status).toBe(403)
  })

  test('the cookie of a verified one is not looked at on another site’s request', async () => {
    const user = await known()
    const batch = [{ ...identify({ anonymousId: fresh('a'), userId: user }), token: await tokenOf(user) }]
    const [cookie = ''] = (await ask('/batch', { batch })).headers.getSetCookie()
    const headers = { cookie: cookie.split(';')[0]!, 'sec-fetch-site': 'cross-site' }
    expect((await ask('/me/export', {}, headers)).status).toBe(403)
  })
})
