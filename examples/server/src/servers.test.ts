import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../../../packages/cli/src/dev/free-ports.ts'
import { keys } from '../../../test/support/keys.ts'
import { type Spartito, startSpartito } from '../../../test/support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../../../test/support/temp-folder.ts'

let folder: TempFolder
let spartito: Spartito

const identitySecret = 'a-secret-of-the-web-source-of-32-bytes'

beforeAll(async () => {
  folder = await makeTempFolder('example-server')
  spartito = await startSpartito({ folder: folder.path })
  await spartito.admin.publish({
    sources: [
      {
        id: 'web',
        kind: 'browser',
        writeKey: keys.browser,
        consent: { policy: 'opt-out' },
        identityKeys: [{ kid: 'h1', alg: 'HS256', secret: identitySecret }],
      },
      { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
    ],
    audiences: [{ id: 'buyers', expose: true, when: { event: 'Order Completed' } }],
  })
  await new Promise((resolve) => setTimeout(resolve, 1_200))
})
afterAll(async () => {
  await spartito?.runtime.stop()
  await folder?.remove()
})

/** Starts an example as its README says. */
const start = async (name: string): Promise<{ origin: string; child: ChildProcess }> => {
  const port = await findFreePort('127.0.0.1')
  const child = spawn(process.execPath, [fileURLToPath(new URL(`start-${name}.ts`, import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      COLLECTOR: spartito.collector,
      SPARTITO_KEY: keys.server,
      IDENTITY_SECRET: identitySecret,
      WEBHOOK_SECRET: keys.webhook,
    },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout!, 'data')
  return { origin: `http://127.0.0.1:${port}`, child }
}

describe.each(['express', 'hono'])('the shop’s server in %s', (name) => {
  test('records orders, vouches for who is signed in, reads profiles, carries visitors on and takes webhooks', async () => {
    const { origin, child } = await start(name)
    const userId = `ada-of-${name}`
    const anonymousId = `device-of-${name}`
    const tagCookie = `spartito=${encodeURIComponent(JSON.stringify({ version: 1, anonymousId }))}`
    const headers = { cookie: `${tagCookie}; user=${userId}`, 'user-agent': 'A Browser' }
    const post = (path: string, body: string, more = {}) =>
      fetch(origin + path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers, ...more },
      })

    expect(await (await fetch(`${origin}/offer`, { headers })).json()).toEqual({ isBuyer: false })
    expect((await post('/orders', '{"order_id":"o1","revenue":12}')).status).toBe(202)
    const isBuyer = async () =>
      ((await (await fetch(`${origin}/offer`, { headers })).json()) as { isBuyer: boolean }).isBuyer
    await expect.poll(isBuyer, { timeout: 10_000 }).toBe(true)
    const profile = await spartito.admin.profile({ type: 'anonymous_id', value: anonymousId })
    expect(profile!.identifiers).toMatchObject([{ type: 'user_id', value: userId }, { type: 'anonymous_id' }])

    expect((await fetch(`${origin}/token`)).status).toBe(401)
    const { token } = (await (await fetch(`${origin}/token`, { headers })).json()) as { token: string }
    // on a device that has brought nothing itself: only who is vouched for hears of her audiences
    const audiencesWith = async (more: object): Promise<string[]> => {
      const messageId = `m-${name}-${Object.keys(more)}`
      const batch = [{ type: 'identify', userId, anonymousId: `new-${messageId}`, messageId, traits: {}, ...more }]
      const body = JSON.stringify({ writeKey: keys.browser, batch })
      const answer = await fetch(`${spartito.collector}/v1/batch`, { method: 'POST', body })
      return ((await answer.json()) as { profile: { audiences: string[] } }).profile.audiences
    }
    expect(await audiencesWith({})).toEqual([])
    expect(await audiencesWith({ token })).toEqual(['buyers'])

    const sent = await fetch(`${origin}/outlet`, { headers, redirect: 'manual' })
    expect(sent.status).toBe(302)
    expect(sent.headers.get('location')).toMatch(/^https:\/\/outlet\.example\/\?spartito_link=[\w-]{40,}$/)

    const [text, at] = ['{"type":"audience.entered"}', new Date()]
    const signature = {
      'webhook-id': 'w1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(keys.webhook).sign('w1', at, text),
    }
    expect((await post('/webhooks', text, signature)).status).toBe(204)
    expect((await post('/webhooks', `${text} `, signature)).status).toBe(400)

    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
