import { type Event, isBlockedValue, normalizeIdentifier } from '@spartito/protocol'
import type { Claimant, IdentityRefusal } from './state.ts'
import type { Plan } from './step.ts'

/**
 * The person whom an alias names beside its own user (SPEC ID11): its `previousId`, unless that is the event's anonymousId, which makes
 * it an identify. Why not, where it names nobody.
 */
export const aliasOf = (
  { type, previousId, anonymousId }: Event,
  { blocked }: Pick<Plan, 'blocked'>,
): Claimant | Pick<IdentityRefusal, 'code' | 'identifier'> | undefined => {
  if (type !== 'alias' || previousId === undefined || previousId === anonymousId) return undefined
  const value = normalizeIdentifier('user_id', previousId)
  const shown = { type: 'user_id', value: value ?? String(previousId).slice(0, 100) }
  if (value === undefined) return { code: 'invalid_identifier', identifier: shown }
  if (isBlockedValue(value, blocked)) return { code: 'blocked_identifier', identifier: shown }
  return { ...shown, class: 'person' }
}
