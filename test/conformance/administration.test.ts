import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { ask, put, spartito, useAdminSite } from './admin-site.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { fresh } from './wire.ts'

useAdminSite()

describe('AD bearer tokens', () => {
  const routes = ['workspace', 'stats', 'profiles/anonymous_id/x', 'no-such-route']

  test.each(routes)('/admin/%s: none, a wrong one, a write key and a token in the query are 401', async (route) => {
    for (const token of [undefined, '', 'wrong', `${keys.admin}x`, keys.browser, keys.server])
      expect(await ask(route, {}, token ?? '')).toMatchObject({
        status: 401,
        body: { success: false, code: 'unauthorized' },
      })
    const response = await fetch(`${spartito.collector}/admin/${route}?token=${keys.admin}`)
    expect(response.status).toBe(401)
  })

  test('a Basic password is no bearer token', async () => {
    const response = await fetch(`${spartito.collector}/admin/stats`, { headers: { authorization: basic(keys.admin) } })
    expect(response.status).toBe(401)
  })

  test('the scope read reads, and writes nothing: 403', async () => {
    expect(await ask('workspace', {}, keys.reader)).toMatchObject({ status: 200 })
    expect(await ask('stats', {}, keys.reader)).toMatchObject({ status: 200 })
    const before = await ask('workspace')
    expect(await put(conformanceWorkspace, {}, keys.reader)).toMatchObject({
      status: 403,
      body: { code: 'unauthorized' },
    })
    expect((await ask('workspace')).body).toEqual(before.body)
  })

  test('a route that is none is 404, with a token', async () => {
    expect(await ask('no-such-route')).toMatchObject({ status: 404, body: { success: false, code: 'not_found' } })
  })

  test('answers are not to be stored', async () => {
    expect((await ask('workspace')).headers.get('cache-control')).toBe('no-store')
  })
})

describe('AD audit records', () => {
  const records = async (query: string, token?: string) => (await ask(`audit${query}`, {}, token)).body.records

  test('a publish and its refusal are there with who, what and how it ended; the scope read reads them', async () => {
    const { version } = (await put(conformanceWorkspace)).body
    expect(await put({})).toMatchObject({ status: 400 })
    expect(await put(conformanceWorkspace, {}, keys.reader)).toMatchObject({ status: 403 })
    const [refused, published] = await records('?limit=2', keys.reader)
    const said = { method: 'PUT', route: '/admin/workspace', subjects: [] }
    expect(published).toMatchObject({ ...said, status: 200, outcome: { version } })
    expect(refused).toMatchObject({ ...said, status: 400, outcome: { code: 'invalid_field' } })
    expect(refused.token).toEqual({ scope: 'write', fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) })
    expect(refused.token).toEqual(published.token)
    expect(await records(`?before=${refused.id}&limit=1`)).toEqual([published])
  })

  test('whose identifier it was is told by a hash', async () => {
    const email = `${fresh('ada')}@example.com`
    await ask('identity/release', { method: 'POST', body: JSON.stringify({ type: 'email', value: email }) })
    const [released] = await records('?limit=1')
    expect(released).toMatchObject({
      route: '/admin/identity/release',
      subjects: [{ type: 'email', profileId: expect.stringMatching(/^[A-Z2-7]{26}$/) }],
      outcome: { released: false },
    })
    expect(JSON.stringify(await records('?limit=1000'))).not.toContain(email)
  })
})
