import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { type Demo, findPorts, startDemo } from './demo.ts'

const running: Demo[] = []
const start = async (options: Parameters<typeof startDemo>[0] = {}): Promise<Demo> => {
  const demo = await startDemo(options)
  running.push(demo)
  return demo
}

afterEach(async () => {
  for (const demo of running.splice(0)) await demo.remove()
})

const root = resolve(import.meta.dirname, '../..')
const spartito = (...flags: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'packages/cli/bin/spartito.mjs'), ...flags], { cwd: root }).then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  )

const answers = (origin: string): Promise<boolean> =>
  fetch(origin).then(
    () => true,
    () => false,
  )

const send = (demo: Demo, batch: unknown[]): Promise<Response> =>
  fetch(`${demo.collector}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey: demo.writeKey, batch }) })

describe('npm start', () => {
  test('--json prints one line with the addresses and keys, and all of it answers', async () => {
    const demo = await start()
    expect(Object.keys(demo)).toEqual(
      expect.arrayContaining(['collector', 'shop', 'destination', 'writeKey', 'serverKey', 'adminToken']),
    )
    for (const origin of [demo.collector, demo.shop, demo.destination])
      expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${demo.collector}/healthz`)).status).toBe(200)
    const tag = await fetch(`${demo.collector}/tag.js`)
    expect(tag.headers.get('content-type')).toContain('javascript')
    expect((await tag.text()).length).toBeGreaterThan(1_000)
    expect(await answers(demo.shop)).toBe(true)
    expect(await answers(demo.destination)).toBe(true)
  })

  test('a second start keeps keys and profiles, --fresh forgets them', async () => {
    const first = await start()
    const batch = [{ type: 'track', event: 'Order Completed', anonymousId: 'kept', messageId: 'm1' }]
    expect(await (await send(first, batch)).json()).toMatchObject({ accepted: 1 })
    await first.end()
    const { stateDir } = first
    const second = await start({ stateDir })
    expect(second.writeKey).toBe(first.writeKey)
    expect((await second.profile('anonymous_id', 'kept'))!.events).toMatchObject({ 'Order Completed': { count: 1 } })
    expect(await (await send(second, batch)).json()).toMatchObject({ accepted: 0, duplicate: 1 })
    await second.end()
    const third = await start({ stateDir, flags: ['--fresh'] })
    expect(third.writeKey).not.toBe(first.writeKey)
    expect(await third.profile('anonymous_id', 'kept')).toBeUndefined()
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with 0 and leaves nothing behind', async (signal) => {
    const demo = await start()
    expect(await demo.end(signal)).toBe(0)
    expect(await answers(demo.collector)).toBe(false)
    expect(await answers(demo.destination)).toBe(false)
  })

  test('a taken port is a clear error that names it', async () => {
    const port = await findPorts()
    const server = createServer().listen(port + 1, '127.0.0.1')
    const { code, stderr } = await spartito('dev', '--port', String(port), '--state', join(root, 'test/results/taken'))
    server.close()
    expect(code).toBe(1)
    expect(stderr).toContain(`port ${port + 1}, for the shop, is taken`)
  })

  test('a state that another process runs on is a clear error', async () => {
    const demo = await start()
    const { code, stderr } = await spartito('dev', '--port', String(await findPorts()), '--state', demo.stateDir)
    expect(code).toBe(1)
    expect(stderr).toContain('another folder with --state')
  })

  test.each(['0', 'x', '70000'])('--port %s is refused with the range', async (port) => {
    const { code, stderr } = await spartito('dev', '--port', port)
    expect(code).toBe(1)
    expect(stderr).toContain('1 to 65532')
  })
})
