import type { AudienceChange } from '@spartito/protocol'
import type { Arrival } from '../../support/webhook-receiver.ts'
import { windowedAudiences } from '../faults-workspace.ts'
import type { StoredPerson } from './check-profiles.ts'
import { possibleChanges } from './possible-changes.ts'

export interface CheckedChanges {
  violations: string[]
  /** distinct, delivered */
  changes: number
  /** deliveries of a change that had been delivered */
  repeated: number
  /** changes delivered after a later one of their profile (SPEC DE2) */
  outOfOrder: number
  /** audiences of profiles whose every change was predicted */
  predicted: number
}

/** One id always has one body, and names what the body says. */
const checkBodies = (arrivals: readonly Arrival[]): string[] => {
  const violations: string[] = []
  const bodies = new Map<string, string>()
  for (const { id, body, change } of arrivals) {
    if (id !== `${change.profileId}:${change.audience}:${change.seq}` || id !== change.id)
      violations.push(`the webhook-id ${id} is not the key of its change ${change.id}`)
    if ((bodies.get(id) ?? body) !== body)
      violations.push(`the change ${id} came with two bodies: ${bodies.get(id)} and ${body}`)
    bodies.set(id, body)
  }
  return violations
}

/** A change in its place; of one that was superseded nobody was told more than its key. */
type Placed = Pick<AudienceChange, 'audience' | 'seq'> & { type?: AudienceChange['type'] }

const placeOf = (id: string): Placed & { profileId: string } => {
  const [profileId, audience, seq] = id.split(':') as [string, string, string]
  return { profileId, audience, seq: Number(seq) }
}

/** `seq` from 1 without gaps, over all audiences of a profile; entered and exited in turns; none superseded but by a newer one. */
const checkProfile = (
  profileId: string,
  delivered: readonly AudienceChange[],
  superseded: readonly Placed[],
): string[] => {
  const violations: string[] = []
  const changes = [...delivered, ...superseded].sort((a, b) => a.seq - b.seq) as Placed[]
  for (const [index, { seq }] of changes.entries())
    if (seq !== index + 1) {
      violations.push(`${profileId} lacks the change ${index + 1}: ${changes.map((change) => change.seq).join(' ')}`)
      break
    }
  for (const { audience, seq } of superseded)
    if (!delivered.some((change) => change.audience === audience && change.seq > seq))
      violations.push(`${profileId} ${audience}: nothing newer than the change ${seq} was delivered, and it was not`)
  for (const [audience, its] of Map.groupBy(changes, (change) => change.audience))
    for (const [index, { type, seq }] of its.entries())
      if (type !== undefined && type !== (index % 2 === 0 ? 'audience.entered' : 'audience.exited'))
        violations.push(`${profileId} ${audience}: the change ${seq} is ${type}, as the one before it`)
  return violations
}

const members = (changes: readonly AudienceChange[]): string[] => {
  const last = new Map(changes.map(({ audience, type }) => [audience, type]))
  return [...last].flatMap(([audience, type]) => (type === 'audience.entered' ? [audience] : [])).sort()
}

const signature = ({ type, cause, effectiveAt }: AudienceChange): string => {
  if (type === 'audience.entered') return 'entered'
  return cause === 'time' ? `exited@${effectiveAt}` : 'exited'
}

/** What a device alone was sent, against a naive reading of the rules. */
const checkPrediction = (
  { person, profile }: StoredPerson,
  changes: readonly AudienceChange[],
  until: number,
): { violations: string[]; predicted: number } => {
  const result = { violations: [] as string[], predicted: 0 }
  if (person.host.type !== 'anonymous_id') return result
  for (const audience of windowedAudiences) {
    const ways = possibleChanges(audience, profile.recent, until)
    if (!ways) continue
    result.predicted++
    const sent = changes.filter((change) => change.audience === audience.id).map(signature)
    if (!ways.some((way) => way.join() === sent.join()))
      result.violations.push(
        `${person.host.value} ${audience.id}: sent ${sent.join(' ') || 'nothing'}, and the rules say ${ways.map((way) => way.join(' ')).join(' or ')}`,
      )
  }
  return result
}

/**
 * Each change was delivered, with one body; what was delivered leads to what profiles say, and for devices alone is what
 * the rules say (SPEC AU6, DE1, DE2).
 *
 * @param until the instant up to which exits by time must have arrived
 * @param supersededIds of changes that came to their deliveries after a newer one of the same audience had been delivered
 */
export const checkChanges = (
  arrivals: readonly Arrival[],
  stored: readonly StoredPerson[],
  until: number,
  supersededIds: readonly string[] = [],
): CheckedChanges => {
  const delivered = arrivals.filter(({ status }) => status === 200)
  const first = new Map<string, AudienceChange>()
  const newest = new Map<string, number>()
  let outOfOrder = 0
  for (const { id, change } of delivered) {
    if (first.has(id)) continue
    first.set(id, change)
    if (change.seq < (newest.get(change.profileId) ?? 0)) outOfOrder++
    newest.set(change.profileId, Math.max(change.seq, newest.get(change.profileId) ?? 0))
  }
  const byProfile = Map.groupBy(first.values(), ({ profileId }) => profileId)
  for (const changes of byProfile.values()) changes.sort((a, b) => a.seq - b.seq)
  const checked: CheckedChanges = {
    violations: checkBodies(arrivals),
    changes: first.size,
    repeated: delivered.length - first.size,
    outOfOrder,
    predicted: 0,
  }
  // A copy of what was delivered may have been superseded, too.
  const superseded = Map.groupBy(
    supersededIds.filter((id) => !first.has(id)).map(placeOf),
    ({ profileId }) => profileId,
  )
  for (const [profileId, changes] of byProfile)
    checked.violations.push(...checkProfile(profileId, changes, superseded.get(profileId) ?? []))
  const living = new Map(stored.map((one) => [one.profile.profileId, one]))
  for (const [profileId, changes] of byProfile)
    if (!living.has(profileId) && members(changes).length > 0)
      checked.violations.push(`${profileId} moved away and never left ${members(changes).join(', ')}`)
  for (const [profileId, one] of living) {
    const changes = byProfile.get(profileId) ?? []
    const said = one.profile.audiences.map(({ id }) => id).sort()
    if (members(changes).join() !== said.join())
      checked.violations.push(
        `${one.person.host.value} is in ${said.join(', ') || 'no audience'}, and its changes say ${members(changes).join(', ') || 'none'}`,
      )
    // What was superseded was not told, so that a prediction would miss it.
    if (superseded.has(profileId)) continue
    const { violations, predicted } = checkPrediction(one, changes, until)
    checked.violations.push(...violations)
    checked.predicted += predicted
  }
  return checked
}
