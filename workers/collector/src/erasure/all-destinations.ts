import type { Destination, PublishedWorkspace } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { workspaceObject } from '../workspace/workspace-stub.ts'

/** A destination that has been taken out for so many versions has nothing left that waits. */
const versionsLookedAt = 50

export interface KnownDestination {
  destination: Destination
  /** false: the workspace has let go of it, and its objects may still keep something */
  isCurrent: boolean
}

/** The older versions do not change, and many erasures ask. */
let known: { version: number; destinations: ReadonlyMap<string, Destination> } | undefined

/** Of the newest versions, by id; the newest definition of each. */
const ofVersions = async (env: Env): Promise<ReadonlyMap<string, Destination>> => {
  const workspace = workspaceObject(env)
  const versions = (await workspace.versions()).slice(0, versionsLookedAt)
  const newest = versions[0]?.version ?? 0
  if (known?.version === newest) return known.destinations
  const found = new Map<string, Destination>()
  for (const { version } of versions) {
    const body = await workspace.version(version)
    const published = body === null ? undefined : (JSON.parse(body) as PublishedWorkspace).workspace
    for (const its of published?.destinations ?? []) if (!found.has(its.id)) found.set(its.id, its as Destination)
  }
  known = { version: newest, destinations: found }
  return found
}

/** Those of the workspace, and those that its newest versions had. */
export const allDestinations = async (env: Env): Promise<KnownDestination[]> => {
  const { destinations } = await readWorkspace(env, Date.now())
  const all = new Map(destinations.map((its) => [its.id, { destination: its as Destination, isCurrent: true }]))
  for (const [id, destination] of await ofVersions(env))
    if (!all.has(id)) all.set(id, { destination, isCurrent: false })
  return [...all.values()]
}
