import { checkWorkspace } from './check.ts'
import type { Workspace } from './workspace.ts'

/**
 * A workspace with the help of types: what `PUT /admin/workspace` takes as JSON.
 *
 * @throws Error that lists every fault by its path
 */
export const defineWorkspace = (workspace: Workspace): Workspace => {
  const checked = checkWorkspace(workspace)
  if (checked.ok) return checked.value
  throw new Error(`the workspace has faults:\n${checked.error.map(({ message }) => `  ${message}`).join('\n')}`)
}
