import { decide, type Event, readConsent, refusal } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { type Parsed, reject } from './parse.ts'

/** A decision is itself an event (CO6): it has to arrive, most of all when it is a denial. */
const isDecision = ({ type, event }: Event): boolean =>
  type === 'track' && event === 'Segment Consent Preference Updated'

/** Refuses events whose source needs purposes that they are not consented for, ALL of them (SPEC CO3). */
export const requireConsent = (parsed: Parsed, source: Source): Parsed => {
  const { collect = [], consent } = source
  if (collect.length === 0) return parsed
  const policy = consent?.policy ?? 'opt-in'
  const checked: Parsed = { events: [], rejected: [...parsed.rejected] }
  for (const item of parsed.events) {
    const decision = decide(collect, Object.fromEntries(readConsent(item.event.context)), policy)
    if (decision === 'granted' || isDecision(item.event)) checked.events.push(item)
    else {
      const message = `the source ${source.id} needs consent to ${collect.join(' and ')}, and it is ${decision}: send context.consent.categoryPreferences`
      checked.rejected.push(reject(item.index, item.event.messageId, refusal('consent_denied', message)))
    }
  }
  return checked
}
