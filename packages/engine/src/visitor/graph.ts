import { type EpochMs, type Identifier, identifierKey } from '@spartito/protocol'
import { isContested, type Ownership } from '../identity/ownership.ts'
import { mergesOf as mergesOfFragment } from './part.ts'
import { mergedPerson } from './path.ts'
import type { Basis, Claim, Claimant, IdentityRefusal, KnownIdentifier, Role, VisitorState } from './state.ts'

/** What an identifier's own object says of it. */
export interface IdentifierView {
  identifier: Identifier
  profileId: string
  role: Role['kind']
  /** to whom a device has belonged over time, the newest last (ID7) */
  owners: readonly Ownership[]
  isContested: boolean
  /** since when it stitches nothing, for it was shown with too many persons (ID3) */
  blockedAt: EpochMs | null
  /** the persons that it was shown with in a day, by their keys, where they are counted */
  shownWith: Readonly<Record<string, EpochMs>>
}

/** A merge that brought something to a profile. */
export interface MergeView {
  mergeId: string
  /** null while it is under way */
  at: EpochMs | null
  /** what joined, where it was a person or a contact; a device's stretch otherwise */
  who: Claimant | null
  /** to whom it was joined */
  into: Claimant
  /** what it rests on: an event that shows both, an alias, or an administrator's word */
  basis: 'event' | Basis
  /** whether somebody vouched for it (ID11); null where that is not kept */
  verified: boolean | null
  messageId: string | null
  /** whose events came with it, and how many */
  brought: { identifier: Identifier; events: number }[]
}

/** Who is joined to whom in a profile, and by what (SPEC AD). */
export interface Graph {
  /** of the identifier that was asked for */
  asked: IdentifierView
  profileId: string
  host: Claimant
  identifiers: KnownIdentifier[]
  merges: MergeView[]
  underWay: Pick<Claim, 'mergeId' | 'identifier' | 'step' | 'attempts' | 'retryAt'>[]
  refusals: IdentityRefusal[]
  /** with whom the host has been taken apart (ID14) */
  parted: readonly Claimant[]
}

export const viewIdentifier = ({
  self,
  profileId,
  role,
  owners = [],
  blockedAt,
  shownWith = {},
  now,
}: VisitorState): IdentifierView => ({
  identifier: { type: self.type, value: self.value },
  profileId,
  role: role.kind,
  owners,
  isContested: isContested(owners, now),
  blockedAt: blockedAt ?? null,
  shownWith,
})

const bare = ({ type, value }: Identifier): Identifier => ({ type, value })

const mergesOf = (state: VisitorState): MergeView[] => {
  const { fragments, joined = [], self } = state
  const merges = new Map<string, MergeView>()
  for (const { into, basis = 'event', ...merge } of joined)
    merges.set(merge.mergeId, { ...merge, into: mergedPerson(state, into) ?? self, basis, brought: [] })
  for (const fragment of fragments)
    for (const { mergeId, mergedAt } of mergesOfFragment(fragment)) {
      const { identifier, events, via } = fragment
      const who = state.identifiers.find((known) => identifierKey(known) === identifierKey(identifier))
      const unknown = {
        mergeId,
        at: mergedAt,
        who: who?.class === 'device' ? { ...bare(who), class: who.class } : null,
        into: mergedPerson(state, via) ?? self,
        basis: 'event',
        verified: null,
        messageId: null,
      } as const
      const merge = merges.get(mergeId) ?? { ...unknown, brought: [] }
      const count = Object.values(events).reduce((sum, its) => sum + its.count, 0)
      const same = merge.brought.find((its) => identifierKey(its.identifier) === identifierKey(identifier))
      if (same) same.events += count
      else merge.brought.push({ identifier: bare(identifier), events: count })
      merges.set(mergeId, merge)
    }
  return [...merges.values()].sort((a, b) => (a.at ?? Number.MAX_SAFE_INTEGER) - (b.at ?? Number.MAX_SAFE_INTEGER))
}

/** @param state of the host of the profile */
export const viewGraph = (asked: IdentifierView, state: VisitorState): Graph => ({
  asked,
  profileId: state.profileId,
  host: { type: state.self.type, value: state.self.value, class: state.self.class },
  identifiers: state.identifiers,
  merges: mergesOf(state),
  underWay: Object.values(state.claims).map(({ mergeId, identifier, step, attempts, retryAt }) => ({
    mergeId,
    identifier: { type: identifier.type, value: identifier.value, class: identifier.class },
    step,
    attempts,
    retryAt,
  })),
  refusals: state.refusals,
  parted: state.parted ?? [],
})
