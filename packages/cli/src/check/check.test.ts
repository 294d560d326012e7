import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runSpartito } from '../testing/run-spartito.ts'

const folder = mkdtempSync(join(tmpdir(), 'spartito-check-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return name
}

const source = { id: 'web', kind: 'browser', writeKey: 'wk_123456', origins: ['https://shop.example'] }
const sound = JSON.stringify({ sources: [source] })
const doubtful = JSON.stringify({ sources: [{ ...source, origins: undefined }] })
const faulty = JSON.stringify({ sources: [{ ...source, kind: 'page' }], purposes: ['A'] })

test.each<[what: string, text: string, flags: string[], code: number, says: string]>([
  ['a sound one', sound, [], 0, 'is sound: 1 source, 0 audiences, 0 destinations, no tracking plan'],
  ['a warning', doubtful, [], 0, 'warning: sources[0] has no origins'],
  ['a warning under --strict', doubtful, ['--strict'], 1, 'warning: sources[0] has no origins'],
  ['every fault', faulty, [], 1, 'sources[0].kind must be browser or server\n  purposes[0] must be 1 to 64'],
  ['no JSON', '{', [], 1, 'workspace.json is not JSON'],
])('WS check tells %s', async (_what, text, flags, code, says) => {
  const ran = await runSpartito(['check', write('workspace.json', text), ...flags], { cwd: folder })
  expect({ code: ran.code, says: ran.out + ran.err }).toEqual({ code, says: expect.stringContaining(says) })
})

test('faults of defineWorkspace in a module are told like those of a document, and as JSON', async () => {
  const definition = new URL('../../../workspace/src/index.ts', import.meta.url).pathname
  const text = `import { defineWorkspace } from '${definition}'\nexport default defineWorkspace(${faulty} as never)\n`
  const { code, out } = await runSpartito(['check', write('workspace.ts', text), '--json'], { cwd: folder })
  expect({ code, ...JSON.parse(out) }).toMatchObject({
    code: 1,
    ok: false,
    faults: [{ path: 'sources[0].kind' }, { path: 'purposes[0]' }],
  })
})

test('a workspace may take secrets from .dev.vars, and the environment goes first', async () => {
  write('.dev.vars', 'A_KEY="sk_of_the_file"\n')
  const file = write(
    'secret.ts',
    "export default { sources: [{ id: process.env.A_KEY, kind: 'server', writeKey: 'sk_123456' }] }",
  )
  expect(await runSpartito(['check', file], { cwd: folder })).toMatchObject({ code: 0 })
  expect(await runSpartito(['check', file], { cwd: folder, env: { A_KEY: 'Not An Id' } })).toMatchObject({ code: 1 })
})

test('no file', async () => {
  const { code, err } = await runSpartito(['check', 'none.ts'], { cwd: folder })
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining('there is no none.ts: name the file of the workspace'),
  })
})
