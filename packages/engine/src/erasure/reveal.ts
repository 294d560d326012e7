import { identifierKey } from '@spartito/protocol'
import { movedTo } from '../visitor/path.ts'
import type { Claimant, VisitorState } from '../visitor/state.ts'

/** What an identifier's object tells of whom it belongs with, for an erasure to find all of a person (SPEC CO7). */
export interface Revealed {
  self: Claimant
  profileId: string
  /** whether anything was ever stored for it */
  exists: boolean
  /** where its data is, or is going */
  leadsTo: Claimant[]
  /** of a device: everybody whom it has belonged to */
  owners: Claimant[]
  /** identifiers that the profile hosted here knows as its own */
  knows: Claimant[]
  /** of these, the ones that it is about to take in: they may still host a profile of their own */
  claims: Claimant[]
  /** identifiers of others whose objects may name this one's */
  mentions: Claimant[]
  /** events that are kept here */
  events: number
}

const bare = ({ type, value, class: its }: Claimant): Claimant => ({ type, value, class: its })

const distinct = (all: readonly Claimant[]): Claimant[] => [
  ...new Map(all.filter(({ class: its }) => its !== 'group').map((one) => [identifierKey(one), bare(one)])).values(),
]

/** Merges and fragments name whom they brought by key or without a class: what is known of one goes by the profile's list. */
const joiners = ({ joined = [] }: VisitorState): Claimant[] => joined.map(({ who }) => who)

const eventsOf = ({ fragments }: VisitorState): number =>
  fragments.reduce((sum, { events }) => sum + Object.values(events).reduce((count, its) => count + its.count, 0), 0)

/** What a state that was never stored reveals: itself alone. */
export const revealNothing = (self: Claimant, profileId: string): Revealed => ({
  self: bare(self),
  profileId,
  exists: false,
  leadsTo: [],
  owners: [],
  knows: [],
  claims: [],
  mentions: [],
  events: 0,
})

export const reveal = (state: VisitorState): Revealed => {
  const { self, profileId, role, identifiers, owners = [], parted = [] } = state
  const to = movedTo(state)
  const claimed = Object.values(state.claims)
  const isTaking = (step: string): boolean => step === 'asking' || step === 'pulling' || step === 'closing'
  const hosts = role.kind === 'linked' && role.host ? [role.host] : []
  const own = identifiers.filter(({ isRefused }) => !isRefused)
  const claims = distinct(claimed.filter(({ step }) => isTaking(step)).map(({ identifier }) => identifier))
  return {
    self: bare(self),
    profileId,
    exists: true,
    leadsTo: distinct([...(to ? [to] : []), ...hosts]),
    owners: distinct(owners.flatMap(({ owner, host }) => (host ? [owner, host] : [owner]))),
    knows: distinct([...own, ...joiners(state), ...claims]),
    claims,
    mentions: distinct([
      ...identifiers.filter(({ isRefused, lostAt }) => isRefused || lostAt !== undefined),
      ...claimed.filter(({ step }) => !isTaking(step)).map(({ identifier }) => identifier),
      ...parted,
    ]),
    events: eventsOf(state),
  }
}
