import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../dev/runtime.ts'
import { type Ran, runSpartito } from '../testing/run-spartito.ts'

const root = mkdtempSync(join(tmpdir(), 'spartito-init-'))
const folder = join(root, 'My Shop')
const read = (path: string, of = folder): string => readFileSync(join(of, path), 'utf8')
const secretsOf = (of: string): Record<string, string> => parseEnv(read('.dev.vars', of)) as Record<string, string>
const site = ['--site', 'https://shop.example', '--collector', 'https://data.shop.example', '--jurisdiction', 'eu']

let made: Ran
beforeAll(async () => {
  made = await runSpartito(['init', 'My Shop', ...site], { cwd: root })
  // What npm install would do: the packages of this clone, and what they need.
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(root, { recursive: true }))

describe('spartito init', () => {
  test('makes a deployment, and says what comes next', () => {
    expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' })
    expect(readdirSync(folder).sort()).toEqual([
      '.dev.vars',
      '.gitignore',
      'README.md',
      'activation',
      'collector',
      'node_modules',
      'package.json',
      'snippet.html',
      'tsconfig.json',
      'workspace.ts',
    ])
    expect(JSON.parse(read('package.json'))).toMatchObject({ name: 'my-shop', private: true })
    expect(made.out).toContain('npx spartito publish --to https://data.shop.example')
    expect(read('snippet.html')).toContain('data-src="https://data.shop.example/tag.js"')
    for (const worker of ['collector', 'activation'])
      expect(read(`${worker}/wrangler.jsonc`)).toContain('"JURISDICTION": "eu"')
  })

  test('whose packages are those of the clone', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    for (const [name, path] of Object.entries(dependencies)) {
      expect(path).toMatch(/^file:\.\./)
      expect(JSON.parse(read(join(path.slice(5), 'package.json')))).toMatchObject({ name })
    }
  })

  test('which is sound', async () => {
    const { code, out, err } = await runSpartito(['check', '--strict'], { cwd: folder })
    expect({ code, out, err }).toEqual({ code: 0, err: '', out: expect.stringContaining('workspace.ts is sound') })
  })

  test('whose workspace has the types that it says', async () => {
    const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
    await promisify(execFile)(process.execPath, [compiler, '-p', folder], { cwd: folder })
  })

  test('which wrangler can deploy', async () => {
    const { code, out } = await runSpartito(['deploy', '--dry-run'], { cwd: folder, env: { WRANGLER_LOG: 'log' } })
    expect(code).toBe(0)
    for (const binding of ['env.VISITOR', 'env.CONFIG', 'env.LAKE', 'env.EVENTS (events)', 'env.JURISDICTION ("eu")'])
      expect(out).toContain(binding)
    // The collector's first deploy goes without the objects of activation, which is not there yet.
    const [first, ...others] = out.split('--dry-run: exiting now')
    expect(first).not.toContain('env.DELIVERIES')
    expect(others.map((one) => one.includes('env.DELIVERIES'))).toEqual([true, true, false])
    expect(existsSync(join(folder, 'collector/wrangler.first.jsonc'))).toBe(false)
  }, 60_000)

  test('whose secrets are nowhere else, for nobody else to read, and of no other deployment', async () => {
    const secrets = secretsOf(folder)
    expect(Object.keys(secrets).sort()).toEqual([
      'ADMIN_READ_TOKEN',
      'ADMIN_TOKEN',
      'PRIVACY_SECRET',
      'SERVER_KEY',
      'VISITOR_SECRET',
    ])
    expect(statSync(join(folder, '.dev.vars')).mode & 0o077).toBe(0)
    expect(read('.gitignore').split('\n')).toContain('.dev.vars')
    await runSpartito(['init', 'other'], { cwd: root })
    const others = new Set(Object.values(secretsOf(join(root, 'other'))))
    for (const secret of Object.values(secrets)) {
      expect(secret).toMatch(/[0-9a-f]{64}$/)
      expect(others).not.toContain(secret)
      expect(made.out).not.toContain(secret)
      for (const file of ['package.json', 'README.md', 'workspace.ts', 'snippet.html', 'collector/wrangler.jsonc'])
        expect(read(file)).not.toContain(secret)
    }
  })

  test('overwrites nothing', async () => {
    const before = read('workspace.ts')
    const again = await runSpartito(['init', 'My Shop'], { cwd: root })
    expect(again).toMatchObject({ code: 1, out: '' })
    expect(again.err).toContain('has package.json, README.md')
    expect(read('workspace.ts')).toBe(before)
    writeFileSync(join(root, 'workspace.ts'), '// mine')
    const here = await runSpartito(['init'], { cwd: root })
    expect(here.err).toContain('has workspace.ts: choose another folder, or overwrite them with --force')
    expect(existsSync(join(root, 'package.json'))).toBe(false)
  })

  test('overwrites with --force, but for secrets', async () => {
    const [workspace, secrets] = [read('workspace.ts'), secretsOf(folder)]
    writeFileSync(join(folder, 'README.md'), 'mine')
    expect(await runSpartito(['init', 'My Shop', '--force'], { cwd: root })).toMatchObject({ code: 0 })
    expect(read('README.md')).not.toBe('mine')
    expect(read('workspace.ts')).not.toBe(workspace)
    expect(secretsOf(folder)).toEqual(secrets)
  })

  test.each<[what: string, flags: string[], says: string]>([
    ['a folder within the clone', ['init', join(repositoryRoot, 'mine')], 'lies within the clone'],
    ['what is no origin', ['init', 'x', '--site', 'shop.example/path'], 'it is an origin'],
    ['a folder without a deployment', ['deploy', '--dry-run'], 'holds no deployment: make one with spartito init'],
  ])('%s is told', async (_what, flags, says) => {
    const { code, err } = await runSpartito(flags, { cwd: root })
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(says) })
  })
})
