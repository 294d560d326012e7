import { type ChildProcess, execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { keys } from '../support/keys.ts'
import { collector, fresh, post, postRaw, track } from './wire.ts'

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

interface Tail {
  out: string
  err: string
  code: number | null
}

/** `spartito tail` on the suite's collector, with a token in the variable that a user names. */
const tail = (flags: string[], token: string = keys.reader): Tail => {
  const told: Tail = { out: '', err: '', code: null }
  const command = resolve(import.meta.dirname, '../../packages/cli/bin/spartito.mjs')
  const input = [command, 'tail', collector, '--token-env', 'READER', ...flags]
  const child = execFile(process.execPath, input, { env: { ...process.env, READER: token }, timeout: 25_000 })
  running.push(child)
  child.stdout?.on('data', (text: string) => {
    told.out += text
  })
  child.stderr?.on('data', (text: string) => {
    told.err += text
  })
  child.once('exit', (code) => {
    told.code = code
  })
  return told
}

const within = { timeout: 15_000, interval: 200 }

test('AD spartito tail prints what becomes of events as they come, those alone that are asked for', async () => {
  const [event, anonymousId] = [fresh('Tailed'), fresh('device')]
  const lines = tail(['--event', event])
  const json = tail(['--identifier', `anonymous_id:${anonymousId}`, '--source', 'web', '--json'])
  await vi.waitFor(() => expect(lines.err + json.err).toMatch(/listening.*listening/s), within)
  // An isolate looks once a second whether somebody listens: until then nothing is shown.
  await vi.waitFor(async () => {
    await post('/v1/track', track(anonymousId, event, { properties: { evil: '\u001b[2J' } }))
    await post('/v1/track', track(fresh('other'), 'Untailed'))
    expect(lines.out).toContain(`web accepted track "${event}" anonymousId=${anonymousId}`)
    expect(json.out).toContain(event)
  }, within)
  await vi.waitFor(async () => {
    await postRaw('/v1/track', JSON.stringify({ ...track(anonymousId, event), properties: 'none' }))
    expect(lines.out).toContain('rejected invalid_field')
  }, within)
  expect(lines.out + json.out).not.toContain('Untailed')
  // What the tests beside this one send at once may be too much for it, which it says.
  const told = json.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { dropped?: number })
  for (const line of told.filter(({ dropped }) => dropped === undefined))
    expect(line).toMatchObject({ source: 'web', event: { anonymousId } })
})

test.each<[what: string, flags: string[], token: string, says: string]>([
  ['a token is refused, and not shown', [], 'at_of_nobody', 'answered 401'],
  ['a token is missing', [], '', 'READER is not set'],
])('AD it says when %s', async (_what, flags, token, says) => {
  const told = tail(flags, token)
  await vi.waitFor(() => expect(told.code).toBe(1), within)
  expect(told.err).toContain(says)
  expect(told.err).not.toContain('at_of_nobody')
})
