import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { checkWorkspace } from '@spartito/workspace'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findPorts, type Origins } from '../e2e/demo.ts'

const root = resolve(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(([, body]) => body!.trim())

const start = 'npm install && npm start'
const everyTest = 'npm install && npm test'

let stateDir: string
let environment: Record<string, string>
let child: ReturnType<typeof spawn>

/** The README's first command, as it stands but for the installation, which has brought this test here, and two flags. */
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'spartito-readme-'))
  const command = `${start.replace('npm install && ', '')} -- --json --port ${await findPorts()} --state ${stateDir}`
  child = spawn('npm', command.split(' ').slice(1), { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  for await (const chunk of child.stdout!) {
    out += chunk
    const line = out.split('\n').find((text) => text.startsWith('{'))
    if (!line) continue
    const { collector, writeKey, serverKey, adminToken } = JSON.parse(line) as Origins
    environment = { COLLECTOR: collector, WRITE_KEY: writeKey, SERVER_KEY: serverKey, ADMIN_TOKEN: adminToken }
    break
  }
  // The workspace reaches every isolate within 2 s.
  await new Promise((done) => setTimeout(done, 2_000))
})

afterAll(async () => {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  await expect(fetch(environment.COLLECTOR!)).rejects.toThrow()
  await rm(stateDir, { recursive: true, force: true })
})

describe("the README's commands", () => {
  test('the two commands are there, and CI runs the second as it stands', () => {
    expect(blocks('sh')).toEqual(expect.arrayContaining([start, everyTest]))
    expect(readFileSync(join(root, '.ci/run'), 'utf8')).toContain(`\n${everyTest}\n`)
  })

  test.each(blocks('sh').filter((command) => command !== start && command !== everyTest))('%s', async (command) => {
    const { stdout } = await promisify(execFile)('bash', ['-c', command], {
      cwd: root,
      env: { ...process.env, ...environment },
    })
    if (!command.startsWith('curl')) return
    const answer = JSON.parse(stdout)
    if (command.includes('/v1/')) expect(answer).toMatchObject({ success: true, accepted: 1, rejected: [] })
    else expect(answer.traits.plan.value).toBe('pro')
  })

  test.each(blocks('json'))('the workspace takes %s', (definition) => {
    const part = JSON.parse(definition) as { kind?: string; plan?: object }
    const sources = [part.kind ? part : { id: 'web', kind: 'browser', writeKey: 'wk_readme' }]
    const audiences = part.kind || part.plan ? [] : [part]
    expect(checkWorkspace({ sources, purposes: ['analytics'], audiences, ...(part.plan && part) })).toMatchObject({
      ok: true,
    })
  })

  test('every file that it links to is there', () => {
    for (const [, path] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(() => readFileSync(join(root, path!))).not.toThrow()
  })

  test('every npm script that it names is there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const [, name] of readme.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name)
  })
})
