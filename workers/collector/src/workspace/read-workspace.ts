import { type CompiledWorkspace, createWorkspaceReader, type PublishedWorkspace } from '@spartito/workspace'
import defaultWorkspace from '../../../workspace.ts'
import type { Env } from '../env.ts'
import { readListening } from '../live/listening.ts'
import { workspaceObject } from './workspace-stub.ts'

/** The key of the published document in KV. */
export const publishedKey = 'workspace'

const reader = createWorkspaceReader({ version: 0, workspace: defaultWorkspace })

/**
 * The workspace that this isolate runs.
 *
 * @param now epoch ms
 * @param atLeast a version that the caller has used already: an older one is not given back (SPEC WS)
 */
export const readWorkspace = (env: Env, now: number, atLeast = 0): Promise<CompiledWorkspace> =>
  reader(
    {
      near: async () => {
        const workspace = env.CONFIG.get<PublishedWorkspace>(publishedKey, { type: 'json', cacheTtl: 30 })
        // Who listens is asked with it, so that no request pays for the question.
        const [published] = await Promise.all([workspace, readListening(env)])
        return published
      },
      exact: async () => {
        const body = await workspaceObject(env).current()
        return body === null ? null : (JSON.parse(body) as PublishedWorkspace)
      },
      maxAgeMs: Number(env.WORKSPACE_MAX_AGE_MS),
    },
    now,
    atLeast,
  )

/** The newest workspace that was published, from where it is kept: what an administrator has just mended counts. */
export const workspaceNow = async (env: Env): Promise<CompiledWorkspace> => {
  const current = await workspaceObject(env).current()
  const version = current === null ? 0 : (JSON.parse(current) as PublishedWorkspace).version
  return readWorkspace(env, Date.now(), version)
}
