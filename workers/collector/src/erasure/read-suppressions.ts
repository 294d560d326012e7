import { createSuppressionReader, type PublishedSuppressions, type Suppressions, suppressedKey } from '@spartito/engine'
import type { Env } from '../env.ts'
import { keyedHash } from './privacy-secret.ts'

const reader = createSuppressionReader(keyedHash)

/** Who is suppressed, for what no object of theirs is asked about: quarantined events and samples. @throws what KV throws */
export const readSuppressions = (env: Pick<Env, 'CONFIG' | 'WORKSPACE_MAX_AGE_MS'>): Promise<Suppressions> =>
  reader(
    () => env.CONFIG.get<PublishedSuppressions>(suppressedKey, { type: 'json', cacheTtl: 30 }),
    Number(env.WORKSPACE_MAX_AGE_MS),
    Date.now(),
  )
