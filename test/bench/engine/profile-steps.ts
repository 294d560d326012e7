import { type EngineEvent, type MakeEvent, manyEvents } from './engine-events.ts'
import { type Audiences, type HeldProfile, holdProfile, planOf } from './held-profile.ts'

/** As many as a request brings at most, so that filling a profile takes its time once and not with each event. */
const eventsInRequest = 200

/**
 * How many events a profile takes before it goes back to its size: a tenth more, so that it stays that of the row; up to
 * 256, which is past the size of a chunk of an entry list, so that what is done once in so many events is in the mean.
 */
export const stepsBeforeReturn = (size: number): number => Math.min(256, Math.max(10, Math.floor(size / 10)))

export interface ProfileSteps {
  /** takes one more event */
  step(): void
  /** size of the state's JSON, in UTF-16 units */
  stateSize: number
}

const fill = (profile: HeldProfile, events: readonly EngineEvent[]): void => {
  for (let from = 0; from < events.length; from += eventsInRequest)
    profile.decide(events.slice(from, from + eventsInRequest))
}

/**
 * A profile of so many events that takes one more, again and again: without end, and without growing.
 *
 * @param events at least as many as the profile's size and its steps
 * @param take what a step does with the profile
 */
export const openProfile = (
  audiences: Audiences,
  size: number,
  events: readonly EngineEvent[],
  take: (profile: HeldProfile, event: readonly [EngineEvent]) => void = (profile, event) => void profile.take(event),
): ProfileSteps => {
  const profile = holdProfile(planOf(audiences))
  fill(profile, events.slice(0, size))
  const goBack = profile.mark()
  const chain = events.slice(size, size + stepsBeforeReturn(size)).map((event) => [event] as const)
  const stateSize = profile.take(chain[0]!).length
  goBack()
  let place = 0
  return {
    stateSize,
    step() {
      if (place === chain.length) {
        goBack()
        place = 0
      }
      take(profile, chain[place++]!)
    },
  }
}

/** The events that profiles up to a size need. */
export const eventsFor = (make: MakeEvent, size: number): EngineEvent[] =>
  manyEvents(make, 0, size + stepsBeforeReturn(size))
