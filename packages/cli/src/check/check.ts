import { type Workspace, workspaceWarnings } from '@spartito/workspace'
import { faultsText, readAndCheck } from '../workspace-file/read-workspace.ts'

export interface CheckFlags {
  tokenEnv: string
  strict: boolean
  json: boolean
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const whatItHas = ({ sources, audiences = [], destinations = [], plan }: Workspace): string =>
  [
    counted(sources.length, 'source'),
    counted(audiences.length, 'audience'),
    counted(destinations.length, 'destination'),
    plan ? counted(Object.keys(plan.events).length, 'planned event') : 'no tracking plan',
  ].join(', ')

/**
 * Says what is wrong with a workspace, and what is likely not meant.
 *
 * @returns whether it is sound; with `strict`, whether there is no warning either
 * @throws Error that says what to do, when there is none to read
 */
export const check = async (from: string, { tokenEnv, strict, json }: CheckFlags): Promise<boolean> => {
  const { workspace, faults = [] } = await readAndCheck(from, tokenEnv)
  const warnings = workspace ? workspaceWarnings(workspace) : []
  const isGood = faults.length === 0 && !(strict && warnings.length > 0)
  if (json) console.log(JSON.stringify({ ok: isGood, faults, warnings }))
  else if (!workspace) console.error(faultsText(from, faults))
  else {
    for (const { message } of warnings) console.error(`warning: ${message}`)
    console.log(`${from} is sound: ${whatItHas(workspace)}`)
  }
  return isGood
}
