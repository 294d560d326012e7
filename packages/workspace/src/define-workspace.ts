import type { WrittenCondition } from '@spartito/engine'
import type { Purpose } from '@spartito/protocol'
import { checkWorkspace } from './check.ts'
import type { Workspace } from './workspace.ts'

/**
 * A workspace with the help of types: what `PUT /admin/workspace` takes as JSON. The audiences and purposes that are
 * written down are the only ones that the rest may name, so a misspelt one is an error of types.
 *
 * @throws Error that lists every fault by its path, in its text and as `faults`
 */
export const defineWorkspace = <const Id extends string, const P extends Purpose>(
  workspace: Workspace<Id, P, WrittenCondition<NoInfer<Id>>>,
): Workspace => {
  const checked = checkWorkspace(workspace)
  if (checked.ok) return checked.value
  const text = checked.error.map(({ message }) => `  ${message}`).join('\n')
  throw Object.assign(new Error(`the workspace has faults:\n${text}`), { faults: checked.error })
}
