import { writeFileSync } from 'node:fs'
import { planTypes } from './plan-types.ts'
import { readWorkspace } from './read-workspace.ts'

export interface PlanFlags {
  out?: string
  tokenEnv: string
}

/**
 * Writes the TypeScript of a workspace's tracking plan to a file, or to standard output.
 *
 * @throws Error that says why there is none
 */
export const plan = async (from: string, { out, tokenEnv }: PlanFlags): Promise<void> => {
  const workspace = await readWorkspace(from, tokenEnv)
  if (!workspace.plan) throw new Error(`${from} has no tracking plan: add plan.events`)
  const types = planTypes(workspace.plan)
  if (out === undefined) process.stdout.write(types)
  else writeFileSync(out, types)
}
