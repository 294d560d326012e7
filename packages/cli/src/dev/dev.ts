import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type DemoKeys, readDemoKeys } from './demo-keys.ts'
import { demoWorkspace } from './demo-workspace.ts'
import { requireFreePorts } from './free-ports.ts'
import { activationConfig, collectorConfig, localVars, type Runtime, repositoryRoot, startRuntime } from './runtime.ts'
import { lockState } from './state-lock.ts'

export interface DevOptions {
  /** the collector's; the shop, the destination and Segment's page take the three that follow */
  port: number
  stateDir: string
  fresh: boolean
  log: (line: string) => void
}

export interface Demo {
  collector: string
  shop: string
  destination: string
  segment: string
  writeKey: string
  serverKey: string
  adminToken: string
  stop(): Promise<void>
}

const host = '127.0.0.1'
const example = (name: string): string => resolve(repositoryRoot, 'examples', name, 'wrangler.jsonc')

const readBuilt = (path: string): Promise<string> =>
  readFile(resolve(repositoryRoot, path), 'utf8').catch(() => {
    throw new Error(`${path} is missing: run npm run build first`)
  })

interface Published {
  version: number
  workspace: { destinations?: { id: string; settings: { url: string } }[] }
}

/** Publishes the demonstration's workspace, unless one is there that sends to this demonstration's destination. */
const publishDemo = async (origins: Omit<Demo, 'stop'>, keys: DemoKeys): Promise<void> => {
  const headers = { authorization: `Bearer ${keys.adminToken}`, 'content-type': 'application/json' }
  const url = `${origins.collector}/admin/workspace`
  const current = (await (await fetch(url, { headers })).json()) as Published
  const isThere = current.workspace.destinations?.some(({ settings }) =>
    settings.url.startsWith(`${origins.destination}/`),
  )
  if (current.version > 0 && isThere) return
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(demoWorkspace(origins, keys)) })
  if (!response.ok) throw new Error(`the demonstration's workspace was refused: ${await response.text()}`)
}

/**
 * Starts the whole of Spartito on this machine: collector, activation, the example shop, Segment's page and a destination.
 *
 * @throws Error that says what to do: a taken port, a missing build, a state that another process runs on
 */
export const startDemo = async ({ port, stateDir, fresh, log }: DevOptions): Promise<Demo> => {
  const ports = { collector: port, shop: port + 1, destination: port + 2, segment: port + 3 }
  const origin = (of: keyof typeof ports): string => `http://${host}:${ports[of]}`
  await requireFreePorts(ports, host)
  const loader = await readBuilt('packages/browser/dist/loader.js')
  const release = await lockState(stateDir)
  let runtime: Runtime | undefined
  const stop = async (): Promise<void> => {
    await runtime?.stop()
    await release()
  }
  try {
    if (fresh) {
      await rm(join(stateDir, 'keys.json'), { force: true })
      await rm(join(stateDir, 'data'), { recursive: true, force: true })
    }
    const keys = await readDemoKeys(stateDir)
    const { adminToken, readToken, writeKey, serverKey, webhookSecret } = keys
    const origins = {
      collector: origin('collector'),
      shop: origin('shop'),
      destination: origin('destination'),
      segment: origin('segment'),
    }
    const pages = {
      COLLECTOR: origins.collector,
      WRITE_KEY: writeKey,
      LOADER: loader,
      DESTINATION: origins.destination,
    }
    runtime = await startRuntime({
      stateDir: join(stateDir, 'data'),
      isScheduled: true,
      log,
      workers: [
        {
          config: collectorConfig,
          port: ports.collector,
          vars: { ...localVars, ADMIN_TOKEN: adminToken, ADMIN_READ_TOKEN: readToken },
        },
        { config: activationConfig, vars: localVars },
        { config: example('shop'), port: ports.shop, vars: pages },
        { config: example('segment'), port: ports.segment, vars: pages },
        {
          config: example('destination'),
          port: ports.destination,
          vars: {
            COLLECTOR: origins.collector,
            WEBHOOK_SECRET: webhookSecret,
            ADMIN_TOKEN: readToken,
            SHOP: origins.shop,
          },
        },
      ],
    })
    const demo = { ...origins, writeKey, serverKey, adminToken }
    await publishDemo(demo, keys)
    return { ...demo, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
