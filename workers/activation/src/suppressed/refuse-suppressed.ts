import { collectedAt, isOfSuppressed, type Suppressions } from '@spartito/engine'
import type { LakeMessage } from '@spartito/lake'
import type { ChangeMessage, Event, EventUnit } from '@spartito/protocol'

/** Whether an event in flight may go on: into the lake, to the roster, to destinations (SPEC CO7). */
export const mayPass = ({ profileId }: EventUnit, event: Event, suppressed: Suppressions): boolean =>
  profileId === '' ? !isOfSuppressed(event, suppressed) : !suppressed.hasProfile(profileId, collectedAt(event))

/** Whether a change or notice may. What an erasure itself has made always may: it removes somebody. */
export const mayChange = (message: ChangeMessage, suppressed: Suppressions): boolean => {
  if (message.kind !== 'change') return !suppressed.hasProfile(message.notice.profileId, message.notice.emittedAt)
  const { change } = message
  return change.cause === 'erasure' || !suppressed.hasProfile(change.profileId, change.emittedAt)
}

/** The column of a kind that says when what a row tells of came in. */
const times = {
  events: 'received_at',
  changes: 'emitted_at',
  consents: 'received_at',
  deliveries: 'began_at',
} as const

/** A message without the rows of those who were erased. */
export const withoutSuppressed = (message: LakeMessage, suppressed: Suppressions): LakeMessage => {
  const { kind } = message
  const rows = message.rows.filter((row) => {
    if (kind === 'quarantine') {
      const { body } = row
      return typeof body !== 'string' || !isOfSuppressed(JSON.parse(body) as Event, suppressed)
    }
    const profileId = row.profile_id
    const at = row[times[kind]] ?? row.at
    return typeof profileId !== 'string' || !suppressed.hasProfile(profileId, at as number)
  })
  return rows.length === message.rows.length ? message : { ...message, rows }
}
