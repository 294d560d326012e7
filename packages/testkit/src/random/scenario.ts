import type { EpochMs } from '@spartito/protocol'
import { record } from '../oracle/history.ts'
import type { Input, Scenario } from '../oracle/simulate.ts'
import { type Kind, kinds, type Scene } from './condition.ts'
import { randomRequests } from './history.ts'
import { createRandom } from './random.ts'
import { starts, type Unit, units } from './vocabulary.ts'
import { editAudiences, randomAudiences } from './workspace.ts'

export interface ScenarioOptions {
  /** the kinds of conditions to draw from; default all */
  kinds?: readonly Kind[]
  /** default 30 */
  events?: number
  /** default 6 */
  audiences?: number
  /** how often the definitions change in between, at most; default 2 */
  edits?: number
  /** lets another profile's events join this one, in every other scenario; default true */
  withMerge?: boolean
  /** one of them is the scenario's; default a minute, an hour and a day */
  units?: readonly Unit[]
  /** one of them is when it begins; default near the ends of days that are 23 or 25 hours long, weeks and months */
  starts?: readonly EpochMs[]
}

type Plan = Required<ScenarioOptions>

const defaults: Plan = {
  kinds,
  events: 30,
  audiences: 6,
  edits: 2,
  withMerge: true,
  units,
  starts,
}

/** Puts an input between two others, at the instant of its predecessor or up to a unit later, on its halves. */
const insert = (inputs: Input[], { random, unit }: Scene, make: (at: EpochMs) => Input): void => {
  const index = random.int(1, inputs.length)
  const at = inputs[index - 1]!.at + (random.int(0, 2) * unit.ms) / 2
  inputs.splice(index, 0, make(at))
}

const insertMerge = (inputs: Input[], scene: Scene): void => {
  const { random, unit } = scene
  insert(inputs, scene, (at) => {
    const start = at - random.int(2, 12) * unit.ms
    const others = randomRequests({ random, unit, start }, 8, 4).flatMap(({ events }) => events)
    const own = inputs.flatMap((input) => (input.kind === 'request' ? input.events : []))
    const events = [
      ...others.map((event) => ({
        ...event,
        messageId: `other-${event.messageId}`,
        anonymousId: `other-${event.anonymousId}`,
      })),
      // Both sides received these, this one perhaps later (SPEC WI9).
      ...own
        .filter(() => random.chance(0.1))
        .map((event) => ({ ...event, receivedAt: Math.min(event.receivedAt, at) })),
    ].filter(({ timestamp, receivedAt }) => timestamp <= receivedAt && receivedAt <= at)
    return { kind: 'merge', at, mergeId: 'merge-1', events: record([], random.shuffle(events)) }
  })
}

/**
 * A profile's life by chance: requests in order of arrival, between definitions that change.
 * The same seed and options give the same scenario.
 */
export const randomScenario = (seed: number, options: ScenarioOptions = {}): Scenario => {
  const plan: Plan = { ...defaults, ...options }
  const random = createRandom(seed)
  const unit = random.pick(plan.units)
  const scene: Scene = { random, unit, start: random.pick(plan.starts), kinds: plan.kinds, references: [] }
  let audiences = randomAudiences(scene, plan.audiences)
  const inputs: Input[] = randomRequests(scene, plan.events, 20)
  const first = Math.min(...inputs.map((input) => input.at))
  if (plan.withMerge && random.chance(0.5)) insertMerge(inputs, scene)
  const editsAt = Array.from({ length: random.int(0, plan.edits) }, () => random.int(1, inputs.length))
  editsAt.sort((a, b) => a - b)
  for (const [edit, index] of editsAt.entries()) {
    const at = inputs[index + edit - 1]!.at + (random.int(0, 2) * unit.ms) / 2
    inputs.splice(index + edit, 0, { kind: 'definition', at, version: edit + 2, audiences })
  }
  inputs.unshift({ kind: 'definition', at: first, version: 1, audiences })
  for (const input of inputs)
    if (input.kind === 'definition' && input.version > 1) {
      audiences = editAudiences(scene, audiences)
      input.audiences = audiences
    }
  return {
    profileId: 'p1',
    policy: random.pick(['opt-in', 'opt-out']),
    identifierTypes: [{ type: 'email', from: 'traits.email' }],
    inputs,
    until: Math.max(...inputs.map((input) => input.at)) + random.int(1, 8) * unit.ms,
  }
}

/** A scenario as JSON, to be read beside a failing seed or pasted into a test. */
export const describeScenario = (seed: number, options: ScenarioOptions = {}): string =>
  `seed ${seed}\n${JSON.stringify(randomScenario(seed, options), undefined, 2)}`
