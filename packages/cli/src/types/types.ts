import { writeFileSync } from 'node:fs'
import { readWorkspace } from '../workspace-file/read-workspace.ts'
import { planTypes } from './plan-types.ts'

export interface TypesFlags {
  out?: string
  tokenEnv: string
}

/**
 * Writes the TypeScript of a workspace's tracking plan to a file, or to standard output.
 *
 * @throws Error that says why there is none
 */
export const types = async (from: string, { out, tokenEnv }: TypesFlags): Promise<void> => {
  const workspace = await readWorkspace(from, tokenEnv)
  if (!workspace.plan) throw new Error(`${from} has no tracking plan: add plan.events`)
  const text = planTypes(workspace.plan)
  if (out === undefined) process.stdout.write(text)
  else writeFileSync(out, text)
}
