import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ProfileView } from '@spartito/engine'
import type { AudienceChange } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'

/** What `spartito dev --json` prints. */
export interface Origins {
  collector: string
  shop: string
  destination: string
  writeKey: string
  serverKey: string
  adminToken: string
}

export type ReceivedChange = AudienceChange & { receivedAt: number; verified: boolean; deliveries: number }

export interface Demo extends Origins {
  segment: string
  child: ChildProcess
  stateDir: string
  admin<T>(path: string, init?: RequestInit): Promise<T>
  profile(type: string, value: string): Promise<ProfileView | undefined>
  changes(): Promise<ReceivedChange[]>
  /** ends the process and waits for it */
  end(signal?: NodeJS.Signals): Promise<number | null>
  /** ends it and removes its state */
  remove(): Promise<void>
}

const root = resolve(import.meta.dirname, '../..')

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })

/** The first of four ports in a row that nothing listens on. */
export const findPorts = async (): Promise<number> => {
  for (let tries = 0; tries < 50; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    const free = await Promise.all([0, 1, 2, 3].map((offset) => isFree(port + offset)))
    if (free.every(Boolean)) return port
  }
  throw new Error('no four free ports in a row')
}

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((done, fail) => {
    let out = ''
    let err = ''
    child.stderr!.on('data', (data) => {
      err += data
    })
    child.stdout!.on('data', (data) => {
      out += data
      if (out.includes('\n')) done(out.slice(0, out.indexOf('\n')))
    })
    child.once('exit', (code) => fail(new Error(`spartito dev ended with ${code} before it was ready: ${err}${out}`)))
  })

/** Starts the demonstration as a user does, as a process of its own. */
export const startDemo = async (
  options: { port?: number; stateDir?: string; flags?: string[] } = {},
): Promise<Demo> => {
  const port = options.port ?? (await findPorts())
  const stateDir = options.stateDir ?? (await mkdtemp(join(tmpdir(), 'spartito-e2e-')))
  const command = join(root, 'packages/cli/bin/spartito.mjs')
  const flags = ['dev', '--json', '--port', String(port), '--state', stateDir, ...(options.flags ?? [])]
  const child = spawn(process.execPath, [command, ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const origins = JSON.parse(await firstLine(child)) as Origins

  const admin = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const headers = { authorization: `Bearer ${origins.adminToken}`, ...init.headers }
    const response = await fetch(`${origins.collector}${path}`, { ...init, headers })
    if (!response.ok) throw Object.assign(new Error(`${path}: ${await response.text()}`), { status: response.status })
    return (await response.json()) as T
  }
  const end = (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> =>
    new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) return done(child.exitCode)
      child.once('exit', (code) => done(code))
      child.kill(signal)
    })
  return {
    ...origins,
    segment: `http://127.0.0.1:${port + 3}`,
    child,
    stateDir,
    admin,
    async profile(type, value) {
      try {
        return await admin<ProfileView>(`/admin/profiles/${type}/${encodeURIComponent(value)}`)
      } catch (error) {
        if ((error as { status?: number }).status === 404) return undefined
        throw error
      }
    },
    async changes() {
      const response = await fetch(`${origins.destination}/changes?limit=1000`)
      return ((await response.json()) as { changes: ReceivedChange[] }).changes
    },
    end,
    async remove() {
      await end()
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}

/** Publishes the demonstration's workspace with another window for `engaged`, and waits until every isolate has it. */
export const setWindow = async (demo: Demo, within: string): Promise<void> => {
  const { workspace } = await demo.admin<{ workspace: Workspace }>('/admin/workspace')
  const audiences = workspace.audiences!.map((audience) =>
    audience.id === 'engaged' && 'event' in audience.when
      ? { ...audience, when: { ...audience.when, within } }
      : audience,
  )
  const { activeWithinMs } = await demo.admin<{ activeWithinMs: number }>('/admin/workspace', {
    method: 'PUT',
    body: JSON.stringify({ ...workspace, audiences }),
  })
  await new Promise((done) => setTimeout(done, activeWithinMs + 500))
}
