import type { Administration, ProfileAnswer } from '../../support/administration.ts'
import type { Person } from './people.ts'

export interface StoredPerson {
  person: Person
  profile: ProfileAnswer
}

export interface CheckedProfiles {
  violations: string[]
  stored: StoredPerson[]
  messageIds: Set<string>
}

/** How many profiles are asked for at a time. */
const concurrency = 8
/** A profile shows this many of its newest events (SPEC PR2). */
const shownEvents = 50

const countBy = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

const checkEvents = ({ host, events }: Person, profile: ProfileAnswer): string[] => {
  const violations: string[] = []
  const who = `${host.type} ${host.value}`
  const made = new Map(events.map((event) => [event.messageId, event]))
  const shown = profile.recent.map(({ messageId }) => messageId)
  const known = new Set(shown)
  if (events.length > shownEvents) violations.push(`${who} made ${events.length} events: more than a profile shows`)
  if (known.size < shown.length) violations.push(`${who} has an event twice`)
  for (const { messageId, isAcknowledged } of events)
    if (isAcknowledged && !known.has(messageId)) violations.push(`${who} lost the acknowledged event ${messageId}`)
  for (const messageId of known)
    if (!made.has(messageId)) violations.push(`${who} has ${messageId}, which it never made`)
  const expected = countBy(shown.flatMap((messageId) => made.get(messageId)?.name ?? []))
  const counted = Object.fromEntries(Object.entries(profile.events).map(([name, { count }]) => [name, count]))
  for (const name of new Set([...Object.keys(expected), ...Object.keys(counted)]))
    if (expected[name] !== counted[name])
      violations.push(`${who} counts ${name} ${counted[name] ?? 0} times, and has ${expected[name] ?? 0} such events`)
  return violations
}

const checkPerson = async (person: Person, admin: Administration, checked: CheckedProfiles): Promise<void> => {
  const { host, devices, events } = person
  const profile = await admin.profile(host)
  if (!profile) {
    if (events.some(({ isAcknowledged }) => isAcknowledged))
      checked.violations.push(`${host.type} ${host.value} has acknowledged events and no profile`)
    return
  }
  checked.violations.push(...checkEvents(person, profile))
  for (const messageId of new Set(profile.recent.map((event) => event.messageId))) {
    if (checked.messageIds.has(messageId)) checked.violations.push(`${messageId} is in two profiles`)
    checked.messageIds.add(messageId)
  }
  for (const device of devices) {
    const its = await admin.profile({ type: 'anonymous_id', value: device })
    if (its && its.profileId !== profile.profileId)
      checked.violations.push(`the device ${device} leads to another profile than ${host.type} ${host.value}`)
  }
  checked.stored.push({ person, profile })
}

/** Acknowledged ⊆ stored, each event in exactly one profile, nothing twice, each device at its person (SPEC WI7, WI9, ID). */
export const checkProfiles = async (people: readonly Person[], admin: Administration): Promise<CheckedProfiles> => {
  const checked: CheckedProfiles = { violations: [], stored: [], messageIds: new Set() }
  const queue = [...people]
  const reader = async (): Promise<void> => {
    for (let person = queue.shift(); person; person = queue.shift()) await checkPerson(person, admin, checked)
  }
  await Promise.all(Array.from({ length: concurrency }, reader))
  return checked
}
