import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExportDocument } from '@spartito/privacy'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ran, runSpartito } from '../../packages/cli/src/testing/run-spartito.ts'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

let spartito: Spartito
let folder: Awaited<ReturnType<typeof makeTempFolder>>

beforeAll(async () => {
  folder = await makeTempFolder('privacy')
  spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
  await spartito.admin.publish({
    sources: [{ id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } }],
    identity: { identifiers: [{ type: 'email', class: 'contact', from: 'traits.email' }] },
  })
  await new Promise((resolve) => setTimeout(resolve, 1_200))
})
afterAll(async () => {
  await spartito?.runtime.stop()
  await folder?.remove()
})

const privacy = (...flags: string[]): Promise<Ran> => {
  const at = ['--collector', spartito.collector]
  return runSpartito(['privacy', ...flags, ...at], { env: { ADMIN_TOKEN: keys.admin }, cwd: folder.path })
}

const send = async (userId: string, traits: object): Promise<{ accepted: number; rejected: { code: string }[] }> => {
  const response = await fetch(`${spartito.collector}/v1/batch`, {
    method: 'POST',
    headers: { authorization: basic(keys.server) },
    body: JSON.stringify({ batch: [{ type: 'identify', userId, traits }] }),
  })
  return (await response.json()) as Awaited<ReturnType<typeof send>>
}

const exported = async (): Promise<ExportDocument> =>
  JSON.parse(await readFile(join(folder.path, 'of-grace/export.json'), 'utf8')) as ExportDocument

test('CO8 export writes a person with the rows of the lake, for its owner alone to read', async () => {
  await send('grace', { email: 'grace@example.com', plan: 'pro' })
  await send('another', { plan: 'free' })
  const flags = ['export', 'email', 'Grace@example.com', '--out', 'of-grace', '--cache', join(folder.path, 'cache')]
  const rowsOfEvents = async (): Promise<number | undefined> => {
    expect(await privacy(...flags)).toMatchObject({ code: 0, err: expect.not.stringContaining('spartito:') })
    return (await exported()).lake.rows?.events?.length
  }
  // The consumer of events waits for more of them.
  await expect.poll(rowsOfEvents, { timeout: 20_000, interval: 1_000 }).toBe(1)
  const document = await exported()
  expect(document.lake.rows).toMatchObject({
    events: [{ user_id: 'grace', type: 'identify' }],
    changes: [],
    quarantine: [],
  })
  expect(document.person.traits.map(({ name }) => name)).toEqual(['email', 'plan'])
  expect(await readFile(join(folder.path, 'of-grace/export.html'), 'utf8')).toContain('events: 1 row')
  expect((await stat(join(folder.path, 'of-grace/export.json'))).mode & 0o077).toBe(0)
})

test('CO7 erase is undone while it waits', async () => {
  const { out } = await privacy('erase', 'user_id', 'another', '--delay', '1')
  const [, id = ''] = /^(\S+): begins .*--undo/.exec(out) ?? []
  expect(await privacy('erase', '--undo', id)).toMatchObject({ code: 0, out: expect.stringContaining('undone') })
  expect(await privacy('erase', '--undo', id)).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot be undone'),
  })
})

test('CO7 erase and suppress: nobody is left, what comes is refused, until that is lifted', async () => {
  const erased = await privacy('erase', 'email', 'grace@example.com', '--suppress', '--delay', '0', '--wait')
  expect(erased).toMatchObject({ code: 0, out: expect.stringContaining('done; its receipt') })
  const [id] = erased.out.split(':')
  expect(await privacy('export', 'user_id', 'grace', '--no-lake')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no profile has this user_id'),
  })
  expect(await send('grace', { plan: 'pro' })).toMatchObject({ accepted: 0, rejected: [{ code: 'suppressed' }] })
  expect((await privacy('receipt', id!)).out).toContain('"alg": "Ed25519"')
  const { out } = await privacy('suppressions', 'user_id', 'grace')
  const hash = /│ ([\w-]{43}) │ suppress │/.exec(out)?.[1] ?? ''
  expect(hash).not.toBe('')
  expect(out).not.toContain('grace')
  expect(await privacy('suppressions', '--lift', hash)).toMatchObject({
    code: 0,
    out: expect.stringContaining('lifted'),
  })
  expect(await send('grace', { plan: 'new' })).toMatchObject({ accepted: 1 })
})

test.each([
  ['nobody', ['erase'], 'name whom: a type and a value'],
  ['a type alone', ['suppressions', 'email'], 'name a type and a value'],
  ['an erasure that there is not', ['receipt', 'nothing'], 'there is no erasure nothing'],
  ['a delay that is none', ['erase', 'user_id', 'x', '--delay', 'soon'], 'a number of hours from 0 to 720'],
  ['a file that is not there', ['receipt', '--verify', '/nowhere.json'], '/nowhere.json cannot be read'],
  ['a hash that nobody has', ['suppressions', '--lift', 'x'], 'nobody is suppressed under x'],
])('%s is said', async (_what, flags, says) => {
  expect(await privacy(...flags)).toMatchObject({ code: 1, err: expect.stringContaining(says) })
})
