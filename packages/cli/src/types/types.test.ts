import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runSpartito } from '../testing/run-spartito.ts'
import { planTypes } from './plan-types.ts'
import shop from './testing/shop-workspace.ts'

const folder = mkdtempSync(join(tmpdir(), 'spartito-types-'))
afterAll(() => rmSync(folder, { recursive: true }))

const spartito = (...flags: string[]) =>
  runSpartito(flags, { env: { ADMIN_TOKEN: '', A_TOKEN: 'at_of_an_administrator' } })

const write = (name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const written = planTypes(shop.plan!)
const workspaceTs = resolve(import.meta.dirname, 'testing/shop-workspace.ts')

describe('spartito types', () => {
  test.each(['types', 'plan'])('%s: workspace.ts to standard output', async (command) => {
    expect(await spartito(command, workspaceTs)).toEqual({ code: 0, out: written, err: '' })
  })

  test('a JSON file to a file', async () => {
    const out = join(folder, 'plan.ts')
    const file = write('workspace.json', JSON.stringify(shop))
    expect(await spartito('types', file, '--out', out)).toEqual({ code: 0, out: '', err: '' })
    expect(readFileSync(out, 'utf8')).toBe(written)
  })

  const source = '{"id":"web","kind":"browser","writeKey":"wk_123456"}'
  test.each<[what: string, from: () => string[], says: string]>([
    ['a file that is not there', () => [join(folder, 'none.json')], 'there is no '],
    ['a module that is not there', () => [join(folder, 'none.ts')], 'there is no '],
    ['no JSON', () => [write('broken.json', '{')], 'JSON'],
    ['no plan', () => [write('bare.json', `{"sources":[${source}]}`)], 'has no tracking plan: add plan.events'],
    [
      'a faulty plan',
      () => [
        write('faulty.json', `{"sources":[${source}],"plan":{"events":{"A B":{"properties":{"p":{"type":"text"}}}}}}`),
      ],
      'plan.events["A B"].properties.p.type must be one of string',
    ],
    ['a module without a workspace', () => [write('empty.ts', 'export const a = 1')], 'exports nothing by default'],
    ['a collector without a token', () => ['https://collect.example'], 'ADMIN_TOKEN is not set'],
    [
      'a collector that would get the token unencrypted',
      () => ['http://collect.example', '--token-env', 'A_TOKEN'],
      'use https',
    ],
    ['a collector that is down', () => ['http://127.0.0.1:1', '--token-env', 'A_TOKEN'], 'did not answer'],
  ])('%s is told, and nothing is written', async (_what, from, says) => {
    const { code, out, err } = await spartito('types', ...from())
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(says)
    expect(err).not.toContain('at_of_an_administrator')
  })
})
