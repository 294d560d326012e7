import { type Attempt, sampleFor } from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'
import { createAttempts } from '../deliveries/attempt.ts'
import type { Env } from '../env.ts'
import { kindOf } from './kind-of.ts'

/** What one sample came to; nothing of what was answered but its status. */
export interface Tried {
  /** what was sent: `audience.exited`, `audience.entered` or `event` */
  sent: string
  attempt: Attempt
  latencyMs: number
}

/**
 * Sends a destination a sample, past all that waits for it: it is not kept, not tried again, and counted nowhere (SPEC DE7).
 *
 * @param audiences of the workspace; a destination of all is tried with the first
 * @throws Error when there is no kind of its type
 */
export const tryDestination = async (
  env: Env,
  destination: Destination,
  audiences: readonly string[],
): Promise<Tried> => {
  const kind = kindOf(destination)
  if (!kind) throw new Error(`there is no kind of destination called ${destination.type}`)
  const settings = destination.settings as never
  const begun = Date.now()
  const sample = sampleFor(kind, settings, destination.audiences === '*' ? audiences : destination.audiences, begun)
  const sent = sample.kind === 'change' ? sample.change.type : 'event'
  const reason = kind.skip?.(sample, settings)
  if (reason !== undefined) return { sent, attempt: { outcome: 'skipped', reason }, latencyMs: 0 }
  const [attempt] = await createAttempts(env)(destination, kind, [sample])
  return { sent, attempt: attempt!, latencyMs: Date.now() - begun }
}
