import { setTimeout as wait } from 'node:timers/promises'
import type { Event } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'
import { afterAll, beforeAll } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { rulesWorkspace } from './rules-workspace.ts'
import { type Answered, send } from './wire.ts'

let folder: TempFolder
let site: Spartito

/** How long the isolates of a local runtime use a workspace before they look for a newer one, and a little more. */
const activeMs = 1_300

/** Starts a collector with rules for the tests of one file, and ends it after them. */
export const useRulesSite = (): void => {
  beforeAll(async () => {
    folder = await makeTempFolder('conformance-rules')
    site = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
    await publish(rulesWorkspace())
  })
  afterAll(async () => {
    await site?.runtime.stop()
    await folder?.remove()
  })
}

export const publish = async (workspace: Workspace): Promise<number> => {
  const version = await site.admin.publish(workspace)
  await wait(activeMs)
  return version
}

/** kill -9 of the whole runtime, and the same again. */
export const killAndStart = async (): Promise<void> => {
  const { port } = site
  await site.runtime.kill()
  site = await startSpartito({ folder: folder.path, port, eventsBatchSeconds: 1 })
}

export const collect = (batch: unknown[], key: string = keys.browser): Promise<Answered> =>
  send('/v1/batch', JSON.stringify({ batch }), { to: site.collector, headers: { authorization: basic(key) } })

/** By the route of one event. */
export const collectOne = (event: object): Promise<Answered> =>
  send('/v1/track', JSON.stringify(event), { to: site.collector, headers: { authorization: basic(keys.browser) } })

/** What the routes answer that are asked here; each has some of it. */
interface Administered {
  events: { id: string; event: Event }[]
  next: string | null
  accepted: number
  duplicate: number
  filtered: number
  deleted: number
  unreached: number
  version: number
  quarantined: { id: string; code: string; message: string }[]
  sources: { source: string }[]
  workspace: object
  faults: object[]
}

/** A request of the administration. */
export const administer = async (path: string, body?: object, method = body ? 'POST' : 'GET') => {
  const headers = { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`${site.collector}/admin/${path}`, init)
  return { status: response.status, body: (await response.json()) as Administered }
}

/** The newest event of a profile, as it is kept. */
export const keptOf = async (anonymousId: string): Promise<Event | undefined> =>
  (await site.admin.profile({ type: 'anonymous_id', value: anonymousId }))?.recent[0]

export const profile = (type: string, value: string) => site.admin.profile({ type, value })

/** What became of a source's events, added up over its hours. */
export const statsOf = async (source: string) => {
  const hours = (await site.admin.stats()).sources.filter(({ id }) => id === source)
  const sum = (of: (hour: (typeof hours)[number]) => number) => hours.reduce((total, hour) => total + of(hour), 0)
  const by = (records: Record<string, number>[]): Record<string, number> => {
    const sums: Record<string, number> = {}
    for (const record of records)
      for (const [code, n] of Object.entries(record)) if (n) sums[code] = (sums[code] ?? 0) + n
    return sums
  }
  return {
    received: sum(({ received }) => received),
    accepted: sum(({ accepted }) => accepted),
    duplicate: sum(({ duplicate }) => duplicate),
    quarantined: by(hours.map((hour) => (hour as unknown as { quarantinedBy: Record<string, number> }).quarantinedBy)),
    rejected: by(hours.map(({ rejected }) => rejected as Record<string, number>)),
  }
}
