import { type CompiledWorkspace, createWorkspaceReader, type PublishedWorkspace } from '@spartito/workspace'
import defaultWorkspace from '../../workspace.ts'
import type { Env } from './env.ts'

const reader = createWorkspaceReader({ version: 0, workspace: defaultWorkspace })

/** The workspace that this isolate runs, from the document that the collector publishes. */
export const readWorkspace = (env: Env, now: number): Promise<CompiledWorkspace> => {
  const near = () => env.CONFIG.get<PublishedWorkspace>('workspace', { type: 'json', cacheTtl: 30 })
  return reader({ near, exact: near, maxAgeMs: Number(env.WORKSPACE_MAX_AGE_MS) }, now)
}
