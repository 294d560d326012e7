import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'

/** The one object that keeps the workspace. */
export const workspaceObject = (env: Pick<Env, 'WORKSPACE' | 'JURISDICTION'>) =>
  within(env.WORKSPACE, env.JURISDICTION).getByName('workspace')
