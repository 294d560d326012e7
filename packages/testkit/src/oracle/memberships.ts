import type { EpochMs } from '@spartito/protocol'
import type { Audience, Condition } from './condition.ts'
import type { History } from './history.ts'
import { holds } from './holds.ts'
import { isAllowed, type Profile } from './profile.ts'

/** The audiences that a profile is in, and since when. */
export type Memberships = ReadonlyMap<string, EpochMs>

const references = (condition: Condition): string[] => {
  if ('all' in condition) return condition.all.flatMap(references)
  if ('any' in condition) return condition.any.flatMap(references)
  if ('not' in condition) return references(condition.not)
  return 'audience' in condition ? [condition.audience] : []
}

/** Audiences in the order of definition, but each after those that it depends on. Throws on a cycle. */
export const inOrderOfDependence = (audiences: readonly Audience[]): Audience[] => {
  const ordered: Audience[] = []
  const place = (audience: Audience, path: readonly string[]): void => {
    if (path.includes(audience.id)) throw new Error(`audiences in a cycle: ${[...path, audience.id].join(' → ')}`)
    if (ordered.includes(audience)) return
    for (const id of references(audience.when)) {
      const other = audiences.find((candidate) => candidate.id === id)
      if (other) place(other, [...path, audience.id])
    }
    ordered.push(audience)
  }
  for (const audience of audiences) place(audience, [])
  return ordered
}

/**
 * What the profile is a member of at `now`. Who stays, stays since when it entered; who enters, does so at `now`.
 *
 * @param ordered see {@link inOrderOfDependence}
 */
export const membershipsAt = (
  ordered: readonly Audience[],
  history: History,
  profile: Profile,
  now: EpochMs,
): Memberships => {
  const memberships = new Map<string, EpochMs>()
  for (const { id, when, purposes = [] } of ordered) {
    const isMember = isAllowed(purposes, profile) && holds(when, history, { ...profile, memberships }, now)
    if (isMember) memberships.set(id, profile.memberships.get(id) ?? now)
  }
  return memberships
}
