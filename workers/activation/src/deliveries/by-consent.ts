import { type AudienceChange, type ChangeMessage, decide } from '@spartito/protocol'
import { type CompiledWorkspace, destinationsOf } from '@spartito/workspace'
import type { ForDestination } from './hand-over.ts'

/** So that of two in a row the first goes first: a lane orders by ids what has the same `seq`. */
const orderLength = 8

/**
 * What a notice of consent means for each destination (SPEC CO6): an exit from each of its audiences where the profile no longer consents to
 * ALL its purposes, an entry where it now does, and nothing where that has not changed.
 */
export const deliveriesByConsent = (
  workspace: CompiledWorkspace,
  { notice, visitor, policy }: ChangeMessage & { kind: 'consent' },
): ForDestination[] => {
  const { type: _type, order, after, was, members, version, ...body } = notice
  return Object.entries(members).flatMap(([audience, since]) =>
    destinationsOf(workspace, audience).flatMap(({ id: destination, purposes }) => {
      const isGranted = decide(purposes, notice.consent, policy) === 'granted'
      if (isGranted === (decide(purposes, was.consent, was.policy) === 'granted')) return []
      const change: AudienceChange = {
        ...body,
        id: `${notice.profileId}:${audience}:consent:${String(order).padStart(orderLength, '0')}`,
        type: isGranted ? 'audience.entered' : 'audience.exited',
        audience,
        version,
        seq: after,
        cause: 'consent',
        causeId: null,
        effectiveAt: isGranted ? since : notice.effectiveAt,
      }
      const delivery = { kind: 'change' as const, id: change.id, profileId: change.profileId, change }
      return [{ destination, item: { delivery, visitor, policy, version: workspace.version } }]
    }),
  )
}
