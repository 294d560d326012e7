import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createServerClient } from '../client.ts'
import { startScriptedCollector } from '../testing/scripted-collector.ts'
import { createFileSpool } from './file-spool.ts'

const makeFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'spool-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const clientOf = (collector: string, folder: string) =>
  createServerClient({ collector, key: 'sk_test_1', flushAfterMs: 5, spool: createFileSpool(folder) })

/** A process that records events as fast as they are safe, prints each one's number, and is never done. */
const recorder = (collector: string, folder: string): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, '../testing/record-forever.ts'), collector, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

const killAfter = async (child: ChildProcess, lines: number): Promise<number[]> => {
  const safe: number[] = []
  let rest = ''
  const ended = once(child, 'exit')
  for await (const chunk of child.stdout!) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop()!
    safe.push(...parts.map(Number))
    if (safe.length >= lines) child.kill('SIGKILL')
  }
  await ended
  return safe
}

describe('what a spool has kept is sent by the next process', () => {
  test('three kills -9 with the collector out of reach: each event that was safe is stored', async () => {
    const folder = await makeFolder()
    const safe: number[] = []
    for (const _kill of [1, 2, 3]) safe.push(...(await killAfter(recorder('http://127.0.0.1:9', folder), 200)))
    expect(safe.length).toBeGreaterThanOrEqual(600)
    const collector = await startScriptedCollector()
    onTestFinished(() => collector.stop())
    const client = clientOf(collector.origin, folder)
    await client.flush()
    expect(await client.close()).toBe(0)
    const sent = collector.requests.flatMap(({ batch }) => batch.map(({ messageId }) => messageId))
    expect(new Set(sent).size).toBe(sent.length)
    const values = collector.requests.flatMap(({ batch }) =>
      batch.map(({ properties }) => (properties as { n: number }).n),
    )
    const left = new Map<number, number>()
    for (const n of values) left.set(n, (left.get(n) ?? 0) + 1)
    for (const n of safe) {
      expect(left.get(n) ?? 0).toBeGreaterThan(0)
      left.set(n, left.get(n)! - 1)
    }
    expect(await readdir(folder)).toEqual([])
  })

  test('a line that a crash has cut off was acknowledged to nobody, and harms nothing', async () => {
    const folder = await makeFolder()
    await appendFile(join(folder, 'spool-999999999-0-a.ndjson'), '+a {"n":1}\n+b {"n":2}\n-a\n+c {"n"')
    expect(await createFileSpool(folder).load()).toEqual([{ id: 'b', json: '{"n":2}' }])
  })

  test('what a running process keeps is left to it', async () => {
    const folder = await makeFolder()
    const [one, two] = [createFileSpool(folder), createFileSpool(folder)]
    await one.load()
    await one.add([{ id: 'a', json: '{}' }])
    expect(await two.load()).toEqual([])
    await one.remove(['a'])
    expect(await readdir(folder)).toEqual([])
  })

  test('close leaves in the spool what could not be sent', async () => {
    const folder = await makeFolder()
    const client = clientOf('http://127.0.0.1:9', folder)
    expect(await client.track({ userId: 'ada', event: 'Kept', messageId: 'kept' })).toBe('kept')
    expect(await client.close(200)).toBe(1)
    expect(await readdir(folder)).toHaveLength(1)
  })
})
