import type { ConsentPolicy, ConsentRecord, ConsentState } from './consent.ts'
import type { Identifier } from './identifier.ts'
import type { Json } from './json.ts'
import type { EpochMs } from './time.ts'

export const changeCauses = [
  'event',
  'time',
  'merge',
  'unmerge',
  'erasure',
  'consent',
  'definition',
  'import',
  'expiry',
  'sync',
] as const
export type ChangeCause = (typeof changeCauses)[number]

/** One change of audience (SPEC AU6). `seq` counts all audiences of a profileId without gaps. */
export interface AudienceChange {
  /** the idempotency key: `profileId:audience:seq` */
  id: string
  type: 'audience.entered' | 'audience.exited'
  audience: string
  /** the workspace's version that decided */
  version: number
  profileId: string
  seq: number
  cause: ChangeCause
  /** the messageId, mergeId or audience that caused it; null for time and expiry */
  causeId: string | null
  /** when it became true: the planned instant for cause `time`, else the `now` of the deciding transaction */
  effectiveAt: EpochMs
  /** when it was first sent */
  emittedAt: EpochMs
  identifiers: Identifier[]
  traits: Record<string, Json>
  consent: Record<string, ConsentState>
  /** something that may matter had to be left out of what was remembered (PR2); absent when the change is exact */
  inexact?: true
  /** identifiers, traits or consents were left out, so that the change fits its message (PR2); absent when all are there */
  truncated?: true
  /** on an exit by merge: the surviving profile, and whether it is a member (AU6) */
  mergedInto?: { profileId: string; isMember: boolean }
}

/**
 * Says that a profile has come to be, has moved into another or has expired: what the roster needs to know beside the changes. It is
 * no audience change: it takes no `seq`, and no destination receives it.
 */
export interface ProfileNotice {
  type: 'profile.created' | 'profile.ended'
  /** why it has ended; absent of a beginning */
  cause?: 'merge' | 'expiry'
  profileId: string
  /** counts the notices of a profileId from 1: odd when created, even when ended */
  order: number
  /** the workspace's version that the profile has been decided with */
  version: number
  /** when it was first sent */
  emittedAt: EpochMs
}

/**
 * Says that a member of audiences consents to what it did not, or no longer does what it did (SPEC CO6): destinations that need
 * other purposes than their audiences are told to add or to remove it. It is no audience change and takes no `seq`.
 */
export interface ConsentNotice
  extends Pick<AudienceChange, 'profileId' | 'version' | 'identifiers' | 'traits' | 'consent' | 'truncated'> {
  type: 'profile.consented'
  /** counts the notices of this type of a profileId, from 1 */
  order: number
  /** the `seq` of the profile's newest change: it comes after that one */
  after: number
  /** what held before, of the purposes that matter; `consent` holds now */
  was: { consent: ConsentRecord; policy: ConsentPolicy }
  /** the audiences that it was in and stays in, and since when */
  members: Record<string, EpochMs>
  effectiveAt: EpochMs
  emittedAt: EpochMs
}

/** Notices of consent are below all of the others. */
const consentKeys = 2 ** 40

/** What a visitor's outbox knows a notice by: below 0, where no change's `seq` is. */
export const noticeKey = ({ type, order }: ProfileNotice | ConsentNotice): number =>
  type === 'profile.consented' ? -consentKeys - order : -order

/** What travels in the queue `audience-changes`, and the object that waits for its confirmation (DE1). */
export type ChangeMessage =
  | {
      kind: 'change'
      visitor: string
      /** what a purpose that nobody decided means for this profile (CO3) */
      policy: ConsentPolicy
      change: AudienceChange
    }
  | { kind: 'profile'; visitor: string; notice: ProfileNotice }
  | { kind: 'consent'; visitor: string; policy: ConsentPolicy; notice: ConsentNotice }
