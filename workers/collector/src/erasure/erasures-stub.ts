import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'

/** The one object that conducts erasures. */
export const erasuresObject = (env: Pick<Env, 'ERASURES' | 'JURISDICTION'>) =>
  within(env.ERASURES, env.JURISDICTION).getByName('erasures')
