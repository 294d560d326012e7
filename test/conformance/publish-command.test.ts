import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Workspace } from '@spartito/workspace'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runSpartito } from '../../packages/cli/src/testing/run-spartito.ts'
import { keys } from '../support/keys.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { ask, put, spartito, useAdminSite } from './admin-site.ts'

useAdminSite()

const web = { id: 'web', kind: 'browser', writeKey: keys.browser, origins: ['https://shop.example'] } as const
const before: Workspace = { sources: [web], audiences: [{ id: 'old', expose: true, when: { event: 'A' } }] }
const after: Workspace = {
  sources: [{ ...web, name: 'The shop' }],
  audiences: [{ id: 'new', expose: true, when: { event: 'B' } }],
}

let folder: TempFolder
beforeAll(async () => {
  folder = await makeTempFolder('publish')
  writeFileSync(join(folder.path, 'workspace.json'), JSON.stringify(after))
})
afterAll(() => folder.remove())

let version: number
beforeEach(async () => {
  version = (await put(before)).body.version
})

const publish = (flags: string[] = [], token: string = keys.admin, file = 'workspace.json') =>
  runSpartito(['publish', file, '--to', spartito.collector, ...flags], {
    cwd: folder.path,
    env: { ADMIN_TOKEN: token },
  })
const current = async () => (await ask('workspace')).body as { version: number; workspace: Workspace }

test('WS publish shows the changes, publishes, and says when every isolate has it and whom it visits', async () => {
  const { code, out } = await publish()
  expect(code).toBe(0)
  expect(out).toContain(`Changes to version ${version}:\n  ~ source web (name)\n  + audience new\n  - audience old\n`)
  expect(out).toMatch(
    new RegExp(`Version ${version + 1} is published. Every isolate has it within 1 s, at .+ at the latest`),
  )
  expect(out).toContain('every profile is visited')
  expect(await current()).toEqual({ version: version + 1, workspace: after })
})

test('WS what differs in nothing is not published again', async () => {
  await publish()
  const { code, out } = await publish(['--json'])
  expect({ code, ...JSON.parse(out) }).toMatchObject({ code: 0, version: version + 1, isPublished: false, changes: [] })
  expect((await current()).version).toBe(version + 1)
})

test('WS --dry-run publishes nothing, and a token that may read is enough', async () => {
  const { code, out } = await publish(['--dry-run'], keys.reader)
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Nothing was published.') })
  expect(out).toContain('+ audience new')
  expect(await current()).toEqual({ version, workspace: before })
})

test('WS a lost update is told, with what to do', async () => {
  await put({ ...before, purposes: ['analytics'] })
  const { code, err } = await publish(['--if-version', String(version)])
  expect(code).toBe(1)
  expect(err).toContain(`another version was published since version ${version}, so nothing was`)
  expect(err).toContain('--dry-run')
  expect((await current()).version).toBe(version + 1)
})

test.each<[what: string, run: () => ReturnType<typeof publish>, says: string]>([
  ['a token that may only read', () => publish([], keys.reader), '403'],
  ['a token of nobody', () => publish([], 'at_of_nobody'), 'is ADMIN_TOKEN the token of this deployment?'],
  ['no token', () => publish([], ''), 'ADMIN_TOKEN is not set'],
  ['a file that is not there', () => publish([], keys.admin, 'none.json'), 'there is no none.json'],
])('AD %s publishes nothing, and is told', async (_what, run, says) => {
  const { code, err } = await run()
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(says) })
  expect(err).not.toContain('at_of_nobody')
  expect((await current()).version).toBe(version)
})

test('WS a faulty workspace never leaves this machine', async () => {
  writeFileSync(join(folder.path, 'faulty.json'), JSON.stringify({ ...after, colour: 'red' }))
  const { code, err } = await publish([], keys.admin, 'faulty.json')
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('colour is not a setting') })
  expect((await current()).version).toBe(version)
})
