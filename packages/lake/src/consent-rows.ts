import { isDecision, readConsent } from '@spartito/protocol'
import type { Row } from './column.ts'
import type { LakeEvent } from './event-row.ts'

/** A row for each purpose that an event decides; none for events that carry along what was decided before. */
export const consentRows = ({ event, profileId }: LakeEvent): Row[] => {
  if (!isDecision(event)) return []
  return [...readConsent(event.context)].map(([purpose, decided]) => ({
    decided_at: event.timestamp,
    received_at: event.receivedAt,
    message_id: event.messageId,
    source: event.source,
    profile_id: profileId || null,
    anonymous_id: event.anonymousId ?? null,
    user_id: event.userId ?? null,
    purpose,
    is_granted: decided === 'granted',
  }))
}
