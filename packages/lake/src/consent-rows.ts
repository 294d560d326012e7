import { readDecision } from '@spartito/protocol'
import type { Row } from './column.ts'
import type { LakeEvent } from './event-row.ts'

/** A row for each purpose that an event decides, with the decision's whole record; none for events that carry along what was decided before. */
export const consentRows = ({ event, profileId }: LakeEvent): Row[] => {
  const decision = readDecision(event)
  if (!decision) return []
  const { via, basis, law, region, policyVersion, shown, proof } = decision
  const received = JSON.stringify(decision.received)
  return Object.entries(decision.choice).map(([purpose, isGranted]) => ({
    decided_at: decision.decidedAt,
    received_at: decision.receivedAt,
    message_id: decision.messageId,
    source: decision.source,
    profile_id: profileId || null,
    anonymous_id: event.anonymousId ?? null,
    user_id: event.userId ?? null,
    purpose,
    is_granted: isGranted,
    via,
    basis,
    law,
    region,
    policy_version: policyVersion,
    shown,
    proof,
    as_received: received,
  }))
}
