import type { BenchOptions } from '../area.ts'
import type { Row } from '../row.ts'
import { ratioOf, valuesOf } from '../series.ts'
import { typicalAudiences } from './engine-audiences.ts'
import { shopEvent } from './engine-events.ts'
import { holdProfile, planOf } from './held-profile.ts'
import { measureSteps, perSecond, type StepSeries } from './measure-steps.ts'
import { eventsFor, openProfile } from './profile-steps.ts'

/** How many events the profile has. */
const size = 1_000

/**
 * What no engine can leave out where the state is one row of JSON: the event is read, and a state of this size is written.
 * Both are the platform's own work, so the ratio says what deciding costs beside them.
 */
const floorStep = (events: readonly { json: string }[], stateJson: string): (() => void) => {
  const state: unknown = JSON.parse(stateJson)
  let place = 0
  return () => {
    JSON.parse(events[place++ % events.length]!.json)
    JSON.stringify(state)
  }
}

/** How many events a second the engine decides in one process, one event a step. */
export const measureEventsPerSecond = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('events a second')
  const events = eventsFor(shopEvent, size)
  const profile = holdProfile(planOf(typicalAudiences))
  const stateJson = profile.take(events.slice(0, size))
  const whole = openProfile(typicalAudiences, size, events)
  const alone = openProfile(typicalAudiences, size, events, (profile, event) => profile.decide(event))
  const targets = [
    { name: 'floor', step: floorStep(events, stateJson) },
    { name: 'ingest and the JSON of its state', step: whole.step },
    { name: 'ingest alone', step: alone.step },
  ]
  const rounds = short ? { rounds: 5, roundMs: 100 } : { rounds: 9, roundMs: 500 }
  const [floor, full, bare] = (await measureSteps(targets, rounds)) as [StepSeries, StepSeries, StepSeries]
  const row = (what: string, series: StepSeries): Row => ({
    what,
    ...valuesOf(series, perSecond),
    unit: 'events/s',
    peer: { what: 'parse and stringify', value: valuesOf(floor, perSecond).value },
    ...ratioOf(series, floor, perSecond),
  })
  return [
    {
      ...row('the engine, one event a step, with the JSON of its state', full),
      note:
        `a second of one processor, no I/O, ${typicalAudiences.length} audiences of a shop, a profile of ${size} events of about ${(events[0]!.json.length / 1_000).toFixed(1)} KB, ` +
        `its state ${(stateJson.length / 1_000).toFixed(1)} KB of JSON, which each step makes as a commit does; the floor parses the event and makes the JSON of that state, and decides nothing`,
    },
    row('the engine, one event a step, without that JSON', bare),
  ]
}
