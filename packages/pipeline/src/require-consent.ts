import {
  type ConsentLaw,
  decide,
  type Event,
  isDecision,
  type Purpose,
  policyUnder,
  type Refusal,
  readConsent,
  refusal,
} from '@spartito/protocol'

/** What a source asks of its events. */
export interface Collecting {
  id: string
  collect?: readonly Purpose[]
  consent?: { policy?: ConsentLaw }
}

/**
 * Why an event may not be taken: its source needs purposes that it is not consented for, ALL of them (SPEC CO3). Undefined when it may.
 *
 * @param routedTo the source that it counts for, if that is another: what that one needs is needed too
 */
export const missingConsent = (
  event: Event,
  { id, collect = [], consent }: Collecting,
  routedTo?: Collecting,
): Refusal | undefined => {
  const needed = routedTo?.collect ? [...collect, ...routedTo.collect] : collect
  if (needed.length === 0) return undefined
  const decision = decide(needed, Object.fromEntries(readConsent(event.context)), policyUnder(consent?.policy))
  if (decision === 'granted' || isDecision(event)) return undefined
  const message = `the source ${id} needs consent to ${needed.join(' and ')}, and it is ${decision}: send context.consent.categoryPreferences`
  return refusal('consent_denied', message)
}
