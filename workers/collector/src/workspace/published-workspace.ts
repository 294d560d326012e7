import type { PublishedWorkspace } from '@spartito/workspace'
import defaultWorkspace from '../../../workspace.ts'
import type { Env } from '../env.ts'
import { workspaceObject } from './workspace-stub.ts'

/** The newest published workspace from its source of truth, or the one that is built in. */
export const publishedWorkspace = async (env: Env): Promise<PublishedWorkspace> => {
  const current = await workspaceObject(env).current()
  return current === null ? { version: 0, workspace: defaultWorkspace } : (JSON.parse(current) as PublishedWorkspace)
}
