import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Env } from '../src/env.ts'
import { objectName, profileIdOf } from '../src/visitor/object-name.ts'
import { type AuditIntent, type AuditRecord, openAuditLog } from '../src/workspace/audit-log.ts'
import { administer, collect, fresh, identify, publish, workspace } from './setup.ts'

const records = async (query = ''): Promise<{ records: AuditRecord[]; next: number | null }> =>
  (await administer(`/admin/audit${query}`)).json()
const newest = async (): Promise<AuditRecord> => (await records('?limit=1')).records[0]!
const release = (body: unknown): Promise<Response> =>
  administer('/admin/identity/release', { method: 'POST', body: JSON.stringify(body) })

describe('AD every write leaves an audit record', () => {
  let version: number
  beforeAll(async () => {
    version = await publish(workspace())
  })

  const writes: [what: string, method: string, path: string, body: unknown, status: number, outcome: () => object][] = [
    ['a publish', 'PUT', 'workspace', workspace(), 200, () => ({ version: version + 1 })],
    ['a faulty one', 'PUT', 'workspace', {}, 400, () => ({ code: 'invalid_field' })],
    ['a roll-back', 'POST', 'workspace/rollback', { version: 1 }, 200, () => ({ version: version + 2 })],
    ['one to nowhere', 'POST', 'workspace/rollback', { version: 999 }, 404, () => ({ code: 'not_found' })],
    ['a release without a name', 'POST', 'identity/release', {}, 400, () => ({ code: 'invalid_field' })],
  ]
  test.each(writes)('%s', async (_what, method, path, body, status, outcome) => {
    const since = Date.now()
    expect((await administer(`/admin/${path}`, { method, body: JSON.stringify(body) })).status).toBe(status)
    const record = await newest()
    expect(record).toEqual({
      id: expect.any(Number),
      at: expect.any(Number),
      token: { scope: 'write', fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) },
      method,
      route: `/admin/${path}`,
      subjects: [],
      status,
      outcome: outcome(),
    })
    expect(record.at).toBeGreaterThanOrEqual(since)
    expect(record.at).toBeLessThanOrEqual(Date.now())
  })

  test('a release names the identifier by its profileId, never by its value', async () => {
    const value = `${fresh('ada')}@example.com`
    await collect([identify({ anonymousId: fresh('device') }, { email: value })])
    const answered = await (await release({ type: 'email', value: value.toUpperCase() })).json()
    const profileId = profileIdOf(objectName({ type: 'email', value }))
    expect(await newest()).toMatchObject({ subjects: [{ type: 'email', profileId }], status: 200, outcome: answered })
    expect(JSON.stringify(await records('?limit=1000'))).not.toContain(value)
  })

  test('an export is a read that leaves one, since it takes all of somebody along; it names them by their profileId alone', async () => {
    const value = `${fresh('ada')}@example.com`
    await collect([identify({ anonymousId: fresh('device') }, { email: value })])
    const { status } = await administer(`/admin/export?type=email&value=${value}`)
    expect(status).toBe(200)
    const profileId = profileIdOf(objectName({ type: 'email', value }))
    const route = '/admin/export'
    expect(await newest()).toMatchObject({
      method: 'GET',
      route,
      subjects: [{ type: 'email', profileId }],
      status,
      outcome: {},
    })
    expect((await administer('/admin/export?type=email&value=nobody@example.com')).status).toBe(404)
    expect(await newest()).toMatchObject({ method: 'GET', route, status: 404 })
    expect(JSON.stringify(await records('?limit=1000'))).not.toContain(value)
    await administer('/admin/profiles/email/nobody@example.com')
    expect(await newest()).toMatchObject({ route })
  })

  test('a type that the workspace does not have is no subject', async () => {
    expect((await release({ type: 'loyalty_id', value: fresh('card') })).status).toBe(404)
    expect(await newest()).toMatchObject({ subjects: [], status: 404, outcome: { code: 'not_found' } })
  })

  const inWorkspace = (statement: string): Promise<unknown> =>
    runInDurableObject((env as Env).WORKSPACE.getByName('workspace'), (_object, { storage }) => {
      storage.sql.exec(statement)
    })
  const current = async (): Promise<unknown> => (await administer('/admin/workspace')).json()

  test('what cannot be recorded is not done', async () => {
    const before = await current()
    await inWorkspace("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    const answered = await administer('/admin/workspace', { method: 'PUT', body: JSON.stringify(workspace()) })
    await inWorkspace('DROP TRIGGER full')
    expect(answered.status).toBe(503)
    expect(await current()).toEqual(before)
  })

  test('what is done is answered as done, even where its outcome cannot be recorded', async () => {
    await inWorkspace("CREATE TRIGGER full BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    const published = await publish(workspace())
    await inWorkspace('DROP TRIGGER full')
    expect(await current()).toMatchObject({ version: published })
    expect(await newest()).toMatchObject({ route: '/admin/workspace', status: null, outcome: {} })
  })

  test('a write that failed says so', async () => {
    await inWorkspace("CREATE TRIGGER full BEFORE INSERT ON versions BEGIN SELECT RAISE(ABORT, 'full'); END")
    const answered = await administer('/admin/workspace', { method: 'PUT', body: JSON.stringify(workspace()) })
    await inWorkspace('DROP TRIGGER full')
    expect(answered.status).toBe(503)
    expect(await newest()).toMatchObject({ status: 503, outcome: { code: 'unavailable' } })
  })

  test('reads, writes that no route takes, and tokens that may not write leave none', async () => {
    const { id } = await newest()
    await administer('/admin/workspace')
    await administer('/admin/workspace', { method: 'HEAD' })
    await administer('/admin/no-such-route', { method: 'POST', body: '{}' })
    await administer('/admin/workspace', { method: 'PUT', headers: { authorization: 'Bearer wrong' } })
    expect((await newest()).id).toBe(id)
  })

  test('the newest come first, by pages', async () => {
    const { records: all, next } = await records('?limit=1000')
    expect(next).toBe(null)
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort((a, b) => b - a))
    const first = await records('?limit=2')
    const second = await records(`?limit=2&before=${first.next}`)
    expect([...first.records, ...second.records]).toEqual(all.slice(0, 4))
    expect(await records(`?before=${all.at(-1)!.id}`)).toEqual({ records: [], next: null })
  })

  test.each(['limit=0', 'limit=1001', 'limit=x', 'limit=1.5', 'before=x', 'before=0', 'before=-1'])(
    '?%s is refused',
    async (query) => {
      expect((await administer(`/admin/audit?${query}`)).status).toBe(400)
    },
  )
})

describe('AD what the records keep', () => {
  const inLog = <T>(run: (log: ReturnType<typeof openAuditLog>, sql: SqlStorage) => T): Promise<T> =>
    runInDurableObject((env as Env).WORKSPACE.getByName(fresh('log')), (_object, { storage }) =>
      run(openAuditLog(storage.sql), storage.sql),
    )
  const dayMs = 86_400_000
  const intent = (at: number, more: Partial<AuditIntent> = {}): AuditIntent => ({
    at,
    scope: 'write',
    tokenHash: 'a',
    method: 'PUT',
    route: '/admin/workspace',
    ...more,
  })
  const times = (log: ReturnType<typeof openAuditLog>, now: number): number[] =>
    log.page(undefined, 1_000, now).records.map(({ at }) => at)

  test('a write that was begun is there, without a status until it has ended', () =>
    inLog((log) => {
      const id = log.begin(intent(1))
      const shown = () => log.page(undefined, 1, 1).records[0]
      log.concerns(id, { type: 'email', profileId: 'A' })
      log.concerns(id, { type: 'user_id', profileId: 'B' })
      const subjects = [
        { type: 'email', profileId: 'A' },
        { type: 'user_id', profileId: 'B' },
      ]
      expect(shown()).toMatchObject({ id, status: null, outcome: {}, subjects })
      log.end(id, { status: 200, outcome: { mergeId: 'm' } })
      expect(shown()).toMatchObject({ id, status: 200, outcome: { mergeId: 'm' }, subjects })
    }))

  test('a token keeps its fingerprint, another has another, and so has the same one elsewhere', async () => {
    const fingerprints = () =>
      inLog((log) => {
        for (const tokenHash of ['a', 'b', 'a']) log.begin(intent(1, { tokenHash }))
        return log.page(undefined, 3, 1).records.map(({ token }) => token.fingerprint)
      })
    const [third, second, first] = await fingerprints()
    expect(third).toBe(first)
    expect(second).not.toBe(first)
    expect((await fingerprints())[0]).not.toBe(first)
  })

  test('400 days, then they are deleted by the next write, and not shown until then', () =>
    inLog((log, sql) => {
      for (const day of [0, 1, 2]) log.begin(intent(day * dayMs))
      expect(times(log, 400 * dayMs)).toEqual([2 * dayMs, dayMs, 0])
      expect(times(log, 401 * dayMs)).toEqual([2 * dayMs, dayMs])
      log.begin(intent(401 * dayMs))
      expect(sql.exec('SELECT at FROM audit').toArray()).toEqual([dayMs, 2 * dayMs, 401 * dayMs].map((at) => ({ at })))
    }))

  test('the newest 100,000', () =>
    inLog((log, sql) => {
      const first = log.begin(intent(0))
      sql.exec('UPDATE audit SET id = id + 99999')
      log.begin(intent(1))
      expect(times(log, 1)).toEqual([1, 0])
      sql.exec('UPDATE audit SET id = ? WHERE at = 0', first)
      log.begin(intent(2))
      expect(times(log, 2)).toEqual([2, 1])
    }))
})
