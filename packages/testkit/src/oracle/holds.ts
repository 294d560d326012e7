import type { EpochMs } from '@spartito/protocol'
import { aggregate } from './aggregate.ts'
import { localDate } from './calendar.ts'
import type { Condition, Durations, Match, SeenRange, TraitCondition, Window } from './condition.ts'
import { durationMs } from './duration.ts'
import { type History, matching, timely } from './history.ts'
import { matches, pickOperators, satisfies } from './predicate.ts'
import { campaignOf, hasIdentifier, type Profile, settingsOf } from './profile.ts'
import { isSequence } from './sequence.ts'
import { isWithin } from './window.ts'

const within = (history: History, window: Window | undefined, now: EpochMs): History =>
  history.filter((event) => isWithin(window, event.timestamp, now))

/** Events that came too late count for a lifetime, and in no window (SPEC AU4). */
const countOf = (match: Match, window: Window | undefined, history: History, now: EpochMs): number =>
  within(matching(window === undefined ? history : timely(history), match), window, now).length

const isSeen = ({ within: window, before }: SeenRange, at: EpochMs | undefined, now: EpochMs): boolean => {
  if (at === undefined) return false
  if (before !== undefined && at > now - durationMs(before)) return false
  return window === undefined || isWithin(window, at, now)
}

const isTrait = (condition: TraitCondition, history: History, now: EpochMs): boolean => {
  const operators = pickOperators(condition)
  const settings = settingsOf(history, condition.trait)
  if (!satisfies(operators, settings.at(-1)?.value)) return false
  if (condition.hasBeenFor === undefined) return true
  // Before it was first set, it has been missing since the profile was first seen.
  let since = timely(history)[0]?.timestamp ?? now
  const lastFailure = settings.findLastIndex(({ value }) => !satisfies(operators, value))
  const begin = settings[lastFailure + 1]
  const wasSoBeforeAnySetting = lastFailure === -1 && satisfies(operators, undefined)
  if (begin && !wasSoBeforeAnySetting) since = begin.at
  return now - since >= durationMs(condition.hasBeenFor)
}

const isRecency = (condition: { recency: Match } & Durations, history: History, now: EpochMs): boolean => {
  const last = matching(timely(history), condition.recency).at(-1)
  if (!last) return false
  const { gt, gte, lt, lte, between } = condition
  const elapsedMs = now - last.timestamp
  return (
    (gt === undefined || elapsedMs > durationMs(gt)) &&
    (gte === undefined || elapsedMs >= durationMs(gte)) &&
    (lt === undefined || elapsedMs < durationMs(lt)) &&
    (lte === undefined || elapsedMs <= durationMs(lte)) &&
    (between === undefined || (elapsedMs >= durationMs(between[0]) && elapsedMs <= durationMs(between[1])))
  )
}

/**
 * Whether a condition holds at `now`, by looking at everything there is (SPEC AU). Knows nothing of indexes, increments
 * or plans: it is what the engine must agree with.
 *
 * @param history in order, each messageId once: see `record`
 * @param now not before any event of the history
 */
export const holds = (condition: Condition, history: History, profile: Profile, now: EpochMs): boolean => {
  if ('all' in condition) return condition.all.every((part) => holds(part, history, profile, now))
  if ('any' in condition) return condition.any.some((part) => holds(part, history, profile, now))
  if ('not' in condition) return !holds(condition.not, history, profile, now)
  if ('agg' in condition) {
    const events = within(matching(timely(history), condition), condition.within, now)
    return satisfies(pickOperators(condition), aggregate(condition.agg, condition.of, events, profile.hashOf))
  }
  if ('event' in condition)
    return satisfies(condition.count ?? { gte: 1 }, countOf(condition, condition.within, history, now))
  if ('sequence' in condition) {
    const events = within(timely(history), condition.within, now)
    const forbidden = (condition.none ?? []).flatMap((match) => matching(events, match))
    return isSequence(condition.sequence, events, forbidden)
  }
  if ('recency' in condition) return isRecency(condition, history, now)
  if ('notPerformed' in condition) {
    const { notPerformed: event, where = [], within: window } = condition
    return countOf({ event, where }, window, history, now) === 0
  }
  if ('days' in condition) {
    const { days, within: window } = condition
    const events = within(matching(timely(history), days), window, now)
    const dates = new Set(events.map((event) => localDate(event.timestamp, days.tz ?? 'UTC')))
    return satisfies(pickOperators(condition), dates.size)
  }
  if ('trait' in condition) return isTrait(condition, history, now)
  if ('firstSeen' in condition) return isSeen(condition.firstSeen, timely(history)[0]?.timestamp, now)
  if ('lastSeen' in condition) return isSeen(condition.lastSeen, timely(history).at(-1)?.timestamp, now)
  if ('identifier' in condition)
    return hasIdentifier(history, condition.identifier, profile.identifierTypes) === condition.exists
  if ('consent' in condition) return (profile.consent[condition.consent] ?? 'unknown') === condition.is
  if ('audience' in condition) {
    const since = profile.memberships.get(condition.audience)
    if (since === undefined) return false
    return condition.for === undefined || now - since >= durationMs(condition.for)
  }
  if ('touch' in condition) {
    const campaign = campaignOf(history, condition.touch)
    const touch = { context: { campaign } }
    return campaign !== undefined && (condition.where ?? []).every((predicate) => matches(predicate, touch as never))
  }
  if ('bucket' in condition)
    return satisfies(pickOperators(condition.bucket), profile.bucketOf(condition.bucket.salt, profile.profileId))
  const score = profile.scores[condition.score]
  if (!score || score.timestamp > now) return false
  if (condition.maxAge !== undefined && !isWithin(condition.maxAge, score.timestamp, now)) return false
  return satisfies(pickOperators(condition), score.value)
}
