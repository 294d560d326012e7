import type { EpochMs } from '@spartito/protocol'
import type { Condition, Match, Operators, Predicate, Step, Window } from '../oracle/condition.ts'
import type { Random } from './random.ts'
import * as words from './vocabulary.ts'

/** The kinds of conditions that a random workspace draws from. */
export const kinds = [
  'count',
  'agg',
  'sequence',
  'recency',
  'notPerformed',
  'days',
  'trait',
  'hasBeenFor',
  'seen',
  'identifier',
  'consent',
  'audience',
  'touch',
  'bucket',
  'score',
  'all',
  'any',
  'not',
] as const
export type Kind = (typeof kinds)[number]

/** What conditions are drawn for. */
export interface Scene {
  random: Random
  unit: words.Unit
  start: EpochMs
  kinds: readonly Kind[]
  /** audiences that may be referred to */
  references: readonly string[]
}

const predicates = ({ random }: Scene): Predicate =>
  random.pick<Predicate>([
    { path: 'properties.revenue', gte: random.pick(words.sums) },
    { path: 'properties.revenue', between: [0.1, 1] },
    { path: 'properties.revenue', gt: 0.1, lt: 10 },
    { path: 'properties.revenue', ne: 0.1 },
    { path: 'properties.items[*].sku', any: true, eq: random.pick(words.skus) },
    { path: 'properties.items[*].sku', every: true, in: ['A', 'BA'] },
    { path: 'properties.items[*].price', every: true, lte: 1 },
    { path: 'properties.sku', startsWith: 'B' },
    { path: 'properties.sku', endsWith: 'A' },
    { path: 'properties.sku', contains: 'A' },
    { path: 'properties.sku', nin: ['A', 'C'] },
    { path: 'properties.coupon', exists: random.chance(0.5) },
    { path: 'properties.coupon', eq: 'SPRING' },
  ])

const match = (scene: Scene): Match => {
  const event = scene.random.pick(words.eventNames)
  return scene.random.chance(0.4) ? { event, where: [predicates(scene)] } : { event }
}

const duration = ({ random, unit }: Scene): string => unit.text(random.int(1, 6))

/** Nothing for a lifetime, so that it can be spread into a condition. */
const windows = (scene: Scene): { within?: Window } => {
  const { random, unit, start } = scene
  const draw = random.next()
  if (draw < 0.65) return { within: duration(scene) }
  if (draw < 0.85) return { within: { calendar: random.pick(words.calendars), tz: random.pick(words.zones) } }
  if (draw < 0.9) return {}
  const from = start + random.int(0, 12) * unit.ms
  const [first, last] = [from, from + random.int(0, 8) * unit.ms].map((at) => new Date(at).toISOString())
  const isByDay = random.chance(0.5)
  return isByDay
    ? { within: { between: [first!.slice(0, 10), last!.slice(0, 10)], tz: random.pick(words.zones) } }
    : { within: { between: [first!, last!] } }
}

const amount = (random: Random, amounts: readonly number[]): Operators => {
  const at = random.pick(amounts)
  return random.pick<Operators>([{ gte: at }, { gte: at }, { gt: at }, { lt: at }, { lte: at }, { eq: at }, { ne: at }])
}

const countCondition = (scene: Scene): Condition => {
  const { random } = scene
  const condition = { ...match(scene), ...windows(scene) }
  return random.chance(0.2) ? condition : { ...condition, count: amount(random, [0, 1, 2, 2, 3]) }
}

const aggregateCondition = (scene: Scene): Condition => {
  const { random } = scene
  const common = { ...match(scene), ...windows(scene) }
  const agg = random.pick(['sum', 'sum', 'avg', 'min', 'max', 'distinct', 'first', 'last', 'mode'] as const)
  if (agg === 'sum' || agg === 'avg' || agg === 'min' || agg === 'max')
    return { agg, of: 'properties.revenue', ...common, ...amount(random, words.sums) }
  if (agg === 'distinct') return { agg, of: 'properties.sku', ...common, ...amount(random, [1, 2, 3]) }
  return { agg, of: 'properties.sku', ...common, ...random.pick([{ eq: 'A' }, { ne: 'B' }, { in: ['B', 'C'] }]) }
}

const sequenceCondition = (scene: Scene): Condition => {
  const { random } = scene
  const steps = Array.from({ length: random.int(2, 3) }, (_, index): Step => {
    if (index === 0 || random.chance(0.5)) return match(scene)
    return { ...match(scene), after: random.pick([{ max: duration(scene) }, { min: duration(scene) }]) }
  })
  const none = random.chance(0.4) ? { none: [match(scene)] } : {}
  return { sequence: steps, ...none, ...windows(scene) }
}

const plan = ({ random }: Scene): Operators =>
  random.pick<Operators>([
    { eq: random.pick(words.plans) },
    { ne: 'free' },
    { in: ['pro', 'team'] },
    { nin: ['pro', 5] },
    { contains: 'r' },
  ])

const nested = (scene: Scene, depth: number): Condition[] =>
  Array.from({ length: scene.random.int(1, 3) }, () => randomCondition(scene, depth + 1))

const isNesting = (kind: Kind): boolean => kind === 'all' || kind === 'any' || kind === 'not'

/** A condition of some kind that is allowed, with thresholds so low that its truth changes often. */
export const randomCondition = (scene: Scene, depth = 0): Condition => {
  const { random, references } = scene
  const allowed = scene.kinds.filter(
    (kind) => !(isNesting(kind) && depth >= 2) && !(kind === 'audience' && references.length === 0),
  )
  const kind = random.pick(allowed)
  switch (kind) {
    case 'count':
      return countCondition(scene)
    case 'agg':
      return aggregateCondition(scene)
    case 'sequence':
      return sequenceCondition(scene)
    case 'recency': {
      const at = duration(scene)
      const bounds = random.pick([{ gte: at }, { gte: at }, { gt: at }, { lt: at }, { lte: at }])
      return { recency: match(scene), ...bounds }
    }
    case 'notPerformed':
      return { notPerformed: random.pick(words.eventNames), ...windows(scene) }
    case 'days':
      return {
        days: { ...match(scene), tz: random.pick(words.zones) },
        ...windows(scene),
        ...amount(random, [1, 2, 3]),
      }
    case 'trait':
      return random.pick<Condition>([
        { trait: 'plan', ...plan(scene) },
        { trait: 'plan', exists: random.chance(0.5) },
        { trait: 'age', gte: 30 },
      ])
    case 'hasBeenFor':
      return { trait: 'plan', ...plan(scene), hasBeenFor: duration(scene) }
    case 'seen':
      return random.pick<Condition>([
        { firstSeen: { within: duration(scene) } },
        { firstSeen: { before: duration(scene) } },
        { lastSeen: { within: duration(scene) } },
        { lastSeen: { before: duration(scene) } },
      ])
    case 'identifier':
      return { identifier: random.pick(['email', 'anonymous_id', 'user_id']), exists: random.chance(0.7) }
    case 'consent':
      return { consent: random.pick(words.purposes), is: random.pick(['granted', 'denied', 'unknown']) }
    case 'audience': {
      const audience = random.pick(references)
      return random.chance(0.5) ? { audience, for: duration(scene) } : { audience }
    }
    case 'touch':
      return {
        touch: random.pick(['first', 'last']),
        where: [
          { path: 'context.campaign.source', ...random.pick([{ eq: random.pick(words.campaigns) }, { ne: 'ads' }]) },
        ],
      }
    case 'bucket':
      return { bucket: { salt: random.pick(words.salts), lt: random.pick([0.1, 0.5, 0.9]) } }
    case 'score':
      return {
        score: 'churn',
        gte: random.pick([0.2, 0.5, 0.8]),
        ...(random.chance(0.5) ? { maxAge: duration(scene) } : {}),
      }
    case 'all':
      return { all: nested(scene, depth) }
    case 'any':
      return { any: nested(scene, depth) }
    case 'not':
      return { not: randomCondition(scene, depth + 1) }
  }
}
