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

/** Those of the workspace, and those that its newest versions had. */
export const allDestinations = async (env: Env): Promise<KnownDestination[]> => {
  const { destinations } = await readWorkspace(env, Date.now())
  const known = new Map(destinations.map((its) => [its.id, { destination: its as Destination, isCurrent: true }]))
  const workspace = workspaceObject(env)
  for (const { version } of (await workspace.versions()).slice(0, versionsLookedAt)) {
    const body = await workspace.version(version)
    const published = body === null ? undefined : (JSON.parse(body) as PublishedWorkspace).workspace
    for (const its of published?.destinations ?? [])
      if (!known.has(its.id)) known.set(its.id, { destination: its as Destination, isCurrent: false })
  }
  return [...known.values()]
}
