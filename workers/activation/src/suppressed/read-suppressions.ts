import { createHmac } from 'node:crypto'
import { createSuppressionReader, type PublishedSuppressions, type Suppressions, suppressedKey } from '@spartito/engine'
import type { Env } from '../env.ts'

const reader = createSuppressionReader((key, text) => createHmac('sha256', key).update(text).digest('base64url'))

/** Who is suppressed, as the collector publishes it. @throws what KV throws: the batch comes again */
export const readSuppressions = (env: Pick<Env, 'CONFIG' | 'WORKSPACE_MAX_AGE_MS'>): Promise<Suppressions> =>
  reader(
    () => env.CONFIG.get<PublishedSuppressions>(suppressedKey, { type: 'json', cacheTtl: 30 }),
    Number(env.WORKSPACE_MAX_AGE_MS),
    Date.now(),
  )
