import type { Profile } from '../oracle/profile.ts'

/** A profile of which nothing is known but its events. */
export const makeProfile = (fields: Partial<Profile> = {}): Profile => ({
  profileId: 'p1',
  consent: {},
  policy: 'opt-in',
  memberships: new Map(),
  scores: {},
  identifierTypes: [{ type: 'email', from: 'traits.email' }],
  bucketOf: () => 0.5,
  hashOf: String,
  ...fields,
})
