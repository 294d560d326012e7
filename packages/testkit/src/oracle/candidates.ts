import type { EpochMs } from '@spartito/protocol'
import { startsOfDays } from './calendar.ts'
import type { Audience } from './condition.ts'
import { readDuration } from './duration.ts'
import type { History } from './history.ts'
import type { Profile } from './profile.ts'

/** What in definitions lets time alone decide. */
export interface Clockwork {
  /** every text that reads as a duration, wherever it stands */
  durationsMs: readonly number[]
  /** the time zones of calendar windows */
  zones: readonly string[]
}

const nodes = (json: unknown): unknown[] =>
  typeof json === 'object' && json !== null ? [json, ...Object.values(json).flatMap(nodes)] : [json]

export const clockworkOf = (audiences: readonly Audience[]): Clockwork => {
  const all = nodes(audiences.map((audience) => audience.when))
  const durations = all.map((node) => (typeof node === 'string' ? readDuration(node) : undefined))
  const zones = all
    .filter((node) => typeof node === 'object' && node !== null && 'calendar' in node)
    .map((node) => (node as { tz?: string }).tz ?? 'UTC')
  return { durationsMs: [...new Set(durations.filter((ms) => ms !== undefined))], zones: [...new Set(zones)] }
}

/**
 * All instants within (after, upTo] at which time alone may change an answer, in order: each moment that conditions
 * measure from (events, scores, entries) plus each duration, one millisecond more for bounds that are included, and the
 * starts of days. More instants than needed do no harm, one missing would: a test looks at every millisecond instead.
 */
export const candidates = (
  { durationsMs, zones }: Clockwork,
  history: History,
  { scores, memberships }: Pick<Profile, 'scores' | 'memberships'>,
  after: EpochMs,
  upTo: EpochMs,
): EpochMs[] => {
  const moments = new Set([
    ...history.map((event) => event.timestamp),
    ...Object.values(scores).map((score) => score.timestamp),
    ...memberships.values(),
  ])
  const found = new Set(zones.flatMap((tz) => startsOfDays(after, upTo, tz)))
  for (const moment of moments)
    for (const ms of durationsMs) {
      if (moment + ms > after && moment + ms <= upTo) found.add(moment + ms)
      if (moment + ms + 1 > after && moment + ms + 1 <= upTo) found.add(moment + ms + 1)
    }
  return [...found].sort((a, b) => a - b)
}
