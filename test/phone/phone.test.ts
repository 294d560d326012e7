import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FaultRelay, startFaultRelay } from '../support/fault-relay.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { type AppProcess, startAppProcess } from './start-app-process.ts'

let folder: Awaited<ReturnType<typeof makeTempFolder>>
let spartito: Spartito
let relay: FaultRelay
/** Metro's, where one was made (`examples/app`), else the same modules by esbuild. */
let bundle: string
const running = new Set<AppProcess>()

beforeAll(async () => {
  folder = await makeTempFolder('phone')
  bundle = process.env.SPARTITO_APP_BUNDLE ?? join(folder.path, 'core.js')
  if (!process.env.SPARTITO_APP_BUNDLE)
    await build({
      entryPoints: [join(import.meta.dirname, '../../examples/app/core/entry.ts')],
      outfile: bundle,
      bundle: true,
      format: 'iife',
      target: 'es2022',
      logLevel: 'error',
    })
  spartito = await startSpartito({ folder: folder.path })
  await spartito.admin.publish({
    sources: [{ id: 'app', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
    identity: { identifiers: [{ type: 'push_token', class: 'device', from: 'context.device.token' }] },
  })
  relay = await startFaultRelay(spartito.collector)
})
afterAll(async () => {
  for (const app of running) await app.kill()
  await relay?.close()
  await spartito?.runtime.stop()
  await folder?.remove()
})

const start = async (phone: string): Promise<AppProcess> => {
  const { origin: collector } = relay
  const app = await startAppProcess({ bundle, folder: join(folder.path, phone), collector, writeKey: keys.browser })
  running.add(app)
  return {
    ...app,
    kill: async () => {
      running.delete(app)
      await app.kill()
    },
  }
}

interface Posted {
  status: number | undefined
  ids: string[]
  anonymousIds: string[]
}

const posted = (): Posted[] =>
  relay.requests
    .filter(({ path }) => path === '/v1/batch')
    .map(({ status, body }) => {
      const { batch } = JSON.parse(body.toString()) as { batch: { messageId: string; anonymousId: string }[] }
      return {
        status,
        ids: batch.map(({ messageId }) => messageId),
        anonymousIds: batch.map(({ anonymousId }) => anonymousId),
      }
    })

test('QU1 an app that is killed offline, twice, loses nothing: its next start drains the queue, each event once', async () => {
  await relay.goDown()
  const first = await start('one')
  expect(await first.tell({ track: 'Step', from: 0, to: 150 })).toBe(150)
  await first.kill()

  const second = await start('one')
  expect(await second.tell({ track: 'Step', from: 150, to: 300 })).toBe(300)
  await second.kill()
  expect(posted()).toEqual([])

  await relay.comeUp()
  const third = await start('one')
  expect(await third.tell({ flush: true })).toBe(0)
  const ids = posted().flatMap((request) => request.ids)
  expect(ids).toHaveLength(300)
  expect(new Set(ids).size).toBe(300)
  expect(new Set(posted().map(({ status }) => status))).toEqual(new Set([200]))
  const anonymousIds = new Set(posted().flatMap((request) => request.anonymousIds))
  expect(anonymousIds.size).toBe(1)
  const [value] = [...anonymousIds] as [string]
  await expect
    .poll(async () => (await spartito.admin.profile({ type: 'anonymous_id', value }))?.events.Step?.count)
    .toBe(300)
  await third.kill()
})

test('QU2 an app that is killed while it sends stores each event once', async () => {
  const before = posted().length
  relay.refuseNext(1, { status: 503 })
  const first = await start('two')
  await first.tell({ track: 'Step', from: 0, to: 400 })
  await expect.poll(() => posted().length, { interval: 5 }).toBeGreaterThan(before + 1)
  await first.kill()

  const second = await start('two')
  await expect.poll(() => second.tell({ flush: true })).toBe(0)
  const mine = posted().slice(before)
  const [value] = mine[0]!.anonymousIds as [string]
  expect(new Set(mine.flatMap(({ ids }) => ids)).size).toBe(400)
  await expect
    .poll(async () => (await spartito.admin.profile({ type: 'anonymous_id', value }))?.events.Step?.count)
    .toBe(400)
  await second.kill()
})

test('ID1 a push token is an identifier of the phone: its profile is found by it', async () => {
  const app = await start('three')
  await app.tell({ pushToken: 'token-of-three' })
  await expect
    .poll(async () => {
      await app.tell({ flush: true })
      return (await spartito.admin.profile({ type: 'push_token', value: 'token-of-three' }))?.events
    })
    .toMatchObject({ identify: { count: 1 } })
  await app.kill()
})
