import { createHmac } from 'node:crypto'
import { noSuppressions, type PublishedSuppressions, type Suppressions, suppressionsOf } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { Env } from '../env.ts'

const hash = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('base64url')

let known: Suppressions = noSuppressions
let readAt: EpochMs = Number.NEGATIVE_INFINITY

/**
 * Who is suppressed, as the collector publishes it: read as often as the workspace, since an erasure waits that long before it takes the
 * lake in turn.
 *
 * @throws what KV throws: what is not known to be allowed waits, and comes again
 */
export const readSuppressions = async (env: Pick<Env, 'CONFIG' | 'WORKSPACE_MAX_AGE_MS'>): Promise<Suppressions> => {
  const now = Date.now()
  if (now - readAt < Number(env.WORKSPACE_MAX_AGE_MS)) return known
  const published = await env.CONFIG.get<PublishedSuppressions>('suppressed', { type: 'json', cacheTtl: 30 })
  known = suppressionsOf(published, hash)
  readAt = now
  return known
}
