import type { ChangeMessage, EpochMs } from '@spartito/protocol'

interface Recorded {
  profileId: string
  /** the name of the object that hosts the profile */
  visitor: string
  /** the workspace's version that decided */
  version: number
  emittedAt: EpochMs
}

/** What the roster keeps of a message; of two about the same thing the one with the higher `order` holds. */
export type RosterRecord =
  | (Recorded & { kind: 'profile'; isListed: boolean; order: number })
  | (Recorded & { kind: 'member'; audience: string; isMember: boolean; order: number; since: EpochMs })

/** Undefined of what the roster does not keep: consent. */
export const rosterRecordOf = (message: ChangeMessage): RosterRecord | undefined => {
  const { visitor } = message
  switch (message.kind) {
    case 'consent':
      return undefined
    case 'profile': {
      const { type, profileId, order, version, emittedAt } = message.notice
      return { kind: 'profile', profileId, visitor, version, emittedAt, isListed: type === 'profile.created', order }
    }
    case 'change': {
      const { type, profileId, audience, seq, version, emittedAt, effectiveAt } = message.change
      const isMember = type === 'audience.entered'
      return {
        kind: 'member',
        profileId,
        visitor,
        version,
        emittedAt,
        audience,
        isMember,
        order: seq,
        since: effectiveAt,
      }
    }
  }
}
