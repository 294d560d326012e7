import type { ProfileView } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import type { Row } from './column.ts'

const least = (numbers: readonly EpochMs[]): EpochMs | null => (numbers.length > 0 ? Math.min(...numbers) : null)
const most = (numbers: readonly EpochMs[]): EpochMs | null => (numbers.length > 0 ? Math.max(...numbers) : null)

const mapped = <T>(record: Readonly<Record<string, T>>, value: (its: T) => unknown): string =>
  JSON.stringify(Object.fromEntries(Object.entries(record).map(([name, its]) => [name, value(its)])))

/**
 * A profile as it was on a day: the 360° view as a row.
 *
 * @param day its first instant, UTC, epoch ms
 */
export const profileRow = (profile: Omit<ProfileView, 'recent'>, day: EpochMs): Row => {
  const events = Object.values(profile.events)
  return {
    day,
    profile_id: profile.profileId,
    first_seen: least(events.map(({ first }) => first)),
    last_seen: most(events.map(({ last }) => last)),
    events: events.reduce((sum, { count }) => sum + count, 0),
    identifiers: JSON.stringify(profile.identifiers.map(({ type, value }) => ({ type, value }))),
    traits: mapped(profile.traits, ({ value }) => value),
    audiences: JSON.stringify(profile.audiences.map(({ id, since }) => ({ id, since: new Date(since).toISOString() }))),
    consents: mapped(profile.consent, ({ state }) => state),
    event_counts: mapped(profile.events, ({ count }) => count),
  }
}
