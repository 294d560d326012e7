import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportDocument } from '@spartito/privacy'
import type { RightsAnswer } from '@spartito/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSpartito } from '../../packages/cli/src/testing/run-spartito.ts'
import { downloadLake } from '../support/download-lake.ts'
import { basic, keys } from '../support/keys.ts'
import { type RightsSite, startRightsSite, type Visit } from './rights-site.ts'

let site: RightsSite
beforeAll(async () => {
  site = await startRightsSite('PT2S')
})
afterAll(() => site?.stop())

const canary = 'canary-of-a-person'
const user = 'ada'

/** What a copy of the tag's state says, but for the counter of its writes, which tells a site's other hosts that it is newer. */
const saysOf = (copy: string | undefined): string[] =>
  Object.keys(JSON.parse(copy || '{}') as object)
    .filter((name) => name !== 'version')
    .sort()

const countRows = ({ page }: Visit): Promise<number> =>
  page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name!)
    const counts = names.map(
      (name) =>
        new Promise<number>((resolve) => {
          const opening = indexedDB.open(name)
          opening.onsuccess = () => {
            const database = opening.result
            const has = database.objectStoreNames.length > 0
            const asked = has ? database.transaction('rows').objectStore('rows').count() : undefined
            database.close()
            if (asked) asked.onsuccess = () => resolve(asked.result)
            else resolve(0)
          }
        }),
    )
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
  })

/** What the device has of its visitor, in the page and beside it: the collector's cookie is one that no script reads. */
const deviceOf = async (visit: Visit) => {
  const cookies = new Map((await visit.context.cookies()).map(({ name, value }) => [name, value]))
  return {
    cookie: saysOf(decodeURIComponent(cookies.get('spartito') ?? '')),
    storage: saysOf(await visit.page.evaluate(() => localStorage.spartito as string | undefined)),
    isConfirmed: cookies.has('spartito_web'),
    queued: await countRows(visit),
  }
}
const nothing = { cookie: [], storage: [], isConfirmed: false, queued: 0 }
const choiceAlone = { ...nothing, cookie: ['consent'], storage: ['consent'] }

const administer = async <T>(path: string): Promise<T> => {
  const headers = { authorization: `Bearer ${keys.admin}` }
  const response = await fetch(`${site.spartito.collector}/admin/${path}`, {
    headers,
    signal: AbortSignal.timeout(20_000),
  })
  return (await response.json()) as T
}
const members = async (): Promise<number> =>
  (await administer<{ members: unknown[] }>('audiences/viewers/members')).members.length

/** What the destination was told, in its order. */
const told = (): string[] =>
  site.receiver.arrivals.map(({ change }) => `${change.type}${'cause' in change ? ` by ${change.cause}` : ''}`)

type Spartito = {
  track(event: string, properties?: object): void
  identify(userId: string, traits: object, options: { token: string }): void
  consent(choice: Record<string, boolean>): void
  flush(): Promise<void>
}
type InPage = {
  spartito: Spartito
  rightsOfMine(): Promise<Record<string, (...input: unknown[]) => Promise<RightsAnswer<never>>>>
}

const choose = ({ page }: Visit, choice: Record<string, boolean>): Promise<void> =>
  page.evaluate(async (choice) => {
    const { spartito } = window as unknown as InPage
    spartito.consent(choice)
    await spartito.flush()
  }, choice)

const view = ({ page }: Visit): Promise<void> =>
  page.evaluate(async () => {
    const { spartito } = window as unknown as InPage
    spartito.track('Product Viewed', { sku: 'violin' })
    await spartito.flush()
  })

const ask = <T>({ page }: Visit, right: 'export' | 'forget' | 'undo', ...input: unknown[]): Promise<RightsAnswer<T>> =>
  page.evaluate(
    async ([right, input]) =>
      (await (window as unknown as InPage).rightsOfMine())[right as string]!(...(input as unknown[])),
    [right, input] as const,
  ) as Promise<RightsAnswer<T>>

const profileId = async (type: string, value: string): Promise<string | undefined> =>
  (await site.spartito.admin.profile({ type, value }))?.profileId

const anonymousIdOf = ({ page }: Visit): Promise<string> =>
  page.evaluate(() => JSON.parse(localStorage.spartito).anonymousId as string)

test('CO5 CO6 CO7 CO8 somebody waits, grants, withdraws, takes their data along, and is forgotten', async () => {
  const visit = await site.open()

  // They wait: what happens is held, in this page's memory alone.
  const viewedAt = Date.now()
  await view(visit)
  await visit.page.waitForTimeout(300)
  expect(await deviceOf(visit)).toEqual(nothing)
  expect(await visit.context.cookies()).toEqual([])
  expect(visit.batches).toEqual([])

  // They grant: it is sent with its own time, the device is known, and so is whoever it is to the destination.
  await choose(visit, { analytics: true, marketing: true })
  await expect.poll(told).toEqual(['audience.entered by event'])
  const [first] = visit.batches.flatMap(({ batch }) => batch).filter(({ event }) => event === 'Product Viewed')
  expect(Math.abs(first!.originalTimestamp - viewedAt)).toBeLessThan(250)
  const device = await anonymousIdOf(visit)
  const known = await deviceOf(visit)
  expect(known.isConfirmed).toBe(true)
  for (const says of [known.cookie, known.storage])
    expect(says).toEqual(expect.arrayContaining(['anonymousId', 'sessionId']))
  expect(await profileId('anonymous_id', device)).toEqual(expect.any(String))
  await expect.poll(members).toBe(1)

  // They withdraw: the audience and the destination let go of them, and the device knows nobody.
  const withdrawnAt = Date.now()
  await choose(visit, { analytics: false, marketing: false })
  await expect.poll(told).toEqual(['audience.entered by event', 'audience.exited by consent'])
  expect(site.receiver.arrivals[1]!.at - withdrawnAt).toBeLessThan(3_000)
  await expect.poll(members).toBe(0)
  await expect.poll(() => deviceOf(visit)).toEqual(choiceAlone)
  const sent = visit.batches.length
  await view(visit)
  await visit.page.waitForTimeout(300)
  expect(visit.batches).toHaveLength(sent)

  // They come back, and sign in: the shop's server vouches for them.
  await choose(visit, { analytics: true, marketing: true })
  const token = await site.tokenOf(user)
  await visit.page.evaluate(
    async ([user, token, canary]) => {
      const { spartito } = window as unknown as InPage
      spartito.identify(user, { email: `${canary}@example.com`, name: canary }, { token })
      spartito.track('Product Viewed', { sku: canary })
      await spartito.flush()
    },
    [user, token, canary] as const,
  )
  await expect.poll(told).toContainEqual('audience.entered by event')
  await expect.poll(() => profileId('user_id', user)).toEqual(expect.any(String))
  await expect.poll(members).toBe(1)

  // They take along what is kept, by the cookie that the token has confirmed.
  const exported = await ask<string>(visit, 'export')
  if (!exported.ok) throw new Error(exported.message)
  const document = JSON.parse(exported.value) as ExportDocument
  expect(document.person.identifiers.map(({ type }) => type).sort()).toEqual(['anonymous_id', 'email', 'user_id'])
  expect(document.person.traits.map(({ name }) => name)).toEqual(['email', 'name'])
  expect(document.person.audiences.map(({ audience }) => audience)).toEqual(['viewers'])
  expect(document.person.consents.map(({ purpose, isCurrent }) => [purpose, isCurrent])).toContainEqual([
    'marketing',
    true,
  ])
  expect(document.deliveries.map(({ destination, state }) => [destination, state])).toContainEqual([
    'receiver',
    'delivered',
  ])
  expect((document.events as { event?: string }[]).map(({ event }) => event)).toContain('Product Viewed')

  // They ask to be forgotten, think better of it, and ask again: this device has forgotten them at once.
  const late = await anonymousIdOf(visit)
  const asked = await ask<{ id: string; dueAt: number }>(visit, 'forget', { token })
  if (!asked.ok) throw new Error(asked.message)
  expect(asked.value.dueAt).toBeGreaterThan(Date.now())
  expect(await ask(visit, 'undo', asked.value.id, { token })).toEqual({ ok: true, value: { undone: true } })
  await expect.poll(() => deviceOf(visit)).toEqual(nothing)
  expect(await profileId('user_id', user)).toEqual(expect.any(String))
  expect(await ask(visit, 'forget', { token })).toMatchObject({ ok: true })

  // Everywhere else it follows: profile, audience, destination, lake.
  await expect.poll(() => profileId('user_id', user), { timeout: 20_000 }).toBeUndefined()
  await expect.poll(told).toContainEqual('audience.exited by erasure')
  await expect.poll(members).toBe(0)
  const erasure = async () =>
    (await administer<{ erasures: { id: string; state: string }[] }>('erasures')).erasures.find(
      ({ state }) => state !== 'undone',
    )!
  await expect.poll(async () => (await erasure()).state, { timeout: 45_000 }).toBe('done')
  expect(told()).toContainEqual('profile.erased')
  expect(await profileId('anonymous_id', late)).toBeUndefined()
  const lake = join(site.folder, 'lake')
  for (const kind of ['events', 'changes', 'consents', 'deliveries'])
    for (const { key } of await downloadLake(site.spartito.collector, keys.admin, kind, lake))
      expect(key).toContain(kind)
  const found = await runSpartito([
    'query',
    `select * from events where user_id = '${user}' or properties like '%${canary}%'`,
    '--lake',
    lake,
    '--json',
  ])
  expect(found).toMatchObject({ code: 0, out: '' })

  // What happened before, and arrives now, brings nobody back.
  const before = { type: 'track', event: 'Product Viewed', userId: user, timestamp: new Date(viewedAt).toISOString() }
  const answer = await fetch(`${site.spartito.collector}/v1/import`, {
    method: 'POST',
    headers: { authorization: basic(keys.server) },
    body: JSON.stringify({
      batch: [{ ...before, messageId: document.events.map((event) => (event as { messageId: string }).messageId)[0] }],
    }),
  })
  expect(await answer.json()).toMatchObject({ accepted: 0 })
  expect(await profileId('user_id', user)).toBeUndefined()
  expect(visit.errors).toEqual([])

  // The receipt holds without the collector.
  const env = { ADMIN_TOKEN: keys.admin }
  const receipt = join(site.folder, 'receipt.json')
  const { id } = await erasure()
  const at = ['--collector', site.spartito.collector]
  expect(await runSpartito(['privacy', 'receipt', id, '--out', receipt, ...at], { env })).toMatchObject({ code: 0 })
  const key = (await runSpartito(['privacy', 'receipt', ...at], { env })).out.trim()
  const verified = await runSpartito(['privacy', 'receipt', '--verify', receipt, '--key', key], {
    env: { ADMIN_TOKEN: '' },
  })
  expect(verified).toMatchObject({
    code: 0,
    out: expect.stringContaining('the signature holds, by the key that you named'),
  })
  await writeFile(receipt, (await readFile(receipt, 'utf8')).replace(id, id.toLowerCase()))
  const changed = await runSpartito(['privacy', 'receipt', '--verify', receipt])
  expect(changed).toMatchObject({ code: 1, err: expect.stringContaining('something of the receipt was changed') })
})
