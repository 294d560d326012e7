import { execFile, spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findFreePort } from '../../packages/cli/src/dev/free-ports.ts'
import { launchChromium } from '../../test/e2e/chromium.ts'
import { weigh } from '../../test/size/weigh.ts'
import { keys } from '../../test/support/keys.ts'
import { type Spartito, startSpartito } from '../../test/support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../../test/support/temp-folder.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const next = `${here}node_modules/next/dist/bin/next`
const isInstalled = existsSync(next)
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' as const }
const identitySecret = 'a-secret-of-the-web-source-of-32-bytes'

let folder: TempFolder
let spartito: Spartito
let browser: Browser
let origin: string
let stop: () => void

// CI installs it: there it is a failure that it is missing, and not a row less
test.runIf(process.env.RUNTIMES === 'all')('Next.js is here', () => expect(isInstalled).toBe(true))

describe.runIf(isInstalled)('the Next.js application', () => {
  beforeAll(async () => {
    folder = await makeTempFolder('example-next')
    const port = await findFreePort('127.0.0.1')
    origin = `http://127.0.0.1:${port}`
    ;[spartito, browser] = await Promise.all([
      startSpartito({ folder: folder.path }),
      launchChromium(),
      promisify(execFile)(process.execPath, [next, 'build'], { cwd: here, env, timeout: 150_000 }),
    ])
    await spartito.admin.publish({
      sources: [
        {
          id: 'web',
          kind: 'browser',
          writeKey: keys.browser,
          collect: ['analytics'],
          identityKeys: [{ kid: 'h1', alg: 'HS256', secret: identitySecret }],
        },
        { id: 'till', kind: 'server', writeKey: keys.server, consent: { policy: 'opt-out' } },
      ],
      purposes: ['analytics'],
      audiences: [{ id: 'buyers', expose: true, when: { event: 'Order Completed' } }],
    })
    const settings = {
      COLLECTOR: spartito.collector,
      WRITE_KEY: keys.browser,
      SPARTITO_KEY: keys.server,
      IDENTITY_SECRET: identitySecret,
    }
    const child = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', String(port)], {
      cwd: here,
      env: { ...env, ...settings },
      stdio: 'ignore',
    })
    stop = () => child.kill('SIGKILL')
    await vi.waitFor(async () => expect((await fetch(origin)).status).toBe(200), { timeout: 30_000, interval: 200 })
  })
  afterAll(async () => {
    stop?.()
    await browser?.close()
    await spartito?.runtime.stop()
    await folder?.remove()
  })

  test('what the server renders holds for everybody, and the visitor’s choice and audiences follow in the browser', async () => {
    const html = await (await fetch(origin)).text()
    expect(html).toContain('Allow analytics')
    const context = await browser.newContext()
    await context.addCookies([{ name: 'user', value: 'ada', url: origin }])
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    await page.goto(origin)
    await page.click('text=Allow analytics')
    expect(await page.textContent('#offer')).toBe('Hello')
    await page.click('text=Sign in')
    // the answer to what the page tracks after an order may come before the server has sent it
    const order = async (): Promise<string | null> => {
      await page.click('text=Order')
      return page.textContent('#offer')
    }
    await expect.poll(order, { timeout: 20_000, interval: 500 }).toBe('Welcome back')
    const profile = await spartito.admin.profile({ type: 'user_id', value: 'ada' })
    expect(Object.keys(profile!.events)).toEqual(expect.arrayContaining(['page', 'Order Completed', 'Thanks Viewed']))
    expect(faults).toEqual([])
    await context.close()
  })

  test('Spartito’s part of its pages weighs what the budget says', () => {
    const chunks = globSync(`${here}.next/static/chunks/*.js`).map((file) => readFileSync(file))
    const [chunk, ...others] = chunks.filter((bytes) => bytes.includes('spartito_'))
    expect(others).toEqual([])
    // the client, the hooks and this example's own components; brotli
    expect(weigh(chunk!).brotliBytes).toBeLessThan(8_000)
    console.log(`the chunk with the client, the hooks and the example: ${weigh(chunk!).brotliBytes} bytes`)
  })
})
