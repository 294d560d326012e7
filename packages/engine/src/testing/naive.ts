import type { EpochMs, Event, Json } from '@spartito/protocol'
import type { Comparison, Condition, EventFilter, SequenceCondition, Window } from '../audience/condition.ts'

/**
 * What a condition says of some events at `now`, read from SPEC AU as plainly as it can be: all events, in order, each time.
 * It shares no code with the engine. Wildcards, consents, identifiers and other audiences are beyond it.
 */
export const naive = (condition: Condition, events: readonly Event[], now: EpochMs): boolean => {
  const inOrder = [...events].sort(
    (a, b) => a.timestamp - b.timestamp || a.receivedAt - b.receivedAt || (a.messageId < b.messageId ? -1 : 1),
  )
  const self = (part: Condition): boolean => naive(part, events, now)
  const select = (filter: EventFilter, within?: Window): Event[] =>
    inOrder.filter((event) => isMatch(filter, event) && isInside(event.timestamp, within, now))

  if ('all' in condition) return condition.all.every(self)
  if ('any' in condition) return condition.any.some(self)
  if ('not' in condition) return !self(condition.not)
  if ('agg' in condition) {
    const values = select(condition, condition.within)
      .map((event) => at(event, condition.of))
      .filter((value) => value !== undefined)
    const numbers = values.filter((value) => typeof value === 'number')
    // Tests sum multiples of a tenth, so tenths are exact.
    const sum = numbers.reduce((total, value) => total + Math.round(value * 10), 0) / 10
    switch (condition.agg) {
      case 'sum':
        return meets(sum, condition)
      case 'avg':
        return numbers.length > 0 && meets(sum / numbers.length, condition)
      case 'min':
        return numbers.length > 0 && meets(Math.min(...numbers), condition)
      case 'max':
        return numbers.length > 0 && meets(Math.max(...numbers), condition)
      case 'distinct':
        return values.length > 0 && meets(new Set(values.map((value) => JSON.stringify(value))).size, condition)
      case 'first':
        return values.length > 0 && meets(values[0]!, condition)
      case 'last':
        return values.length > 0 && meets(values.at(-1)!, condition)
      case 'mode': {
        const counted = values.map((value) => values.filter((other) => other === value).length)
        return values.length > 0 && meets(values[counted.lastIndexOf(Math.max(...counted))]!, condition)
      }
    }
  }
  if ('sequence' in condition) return hasChain(condition, inOrder, now)
  if ('recency' in condition) {
    const last = select(condition.recency).at(-1)
    if (!last) return false
    const bound = (text?: string) => (text === undefined ? {} : lengthOf(text))
    const [gt, gte, lt, lte] = [condition.gt, condition.gte, condition.lt, condition.lte].map(bound)
    const age = now - last.timestamp
    return (
      (typeof gt !== 'number' || age > gt) &&
      (typeof gte !== 'number' || age >= gte) &&
      (typeof lt !== 'number' || age < lt) &&
      (typeof lte !== 'number' || age <= lte)
    )
  }
  if ('notPerformed' in condition)
    return select({ ...condition, event: condition.notPerformed }, condition.within).length === 0
  if ('days' in condition) {
    const { tz } = condition.days
    return meets(
      new Set(select(condition.days, condition.within).map((event) => dateOf(event.timestamp, tz))).size,
      condition,
    )
  }
  if ('trait' in condition) {
    const said = inOrder.filter(({ type, traits }) => type === 'identify' && traits?.[condition.trait] !== undefined)
    const truths = said.map(({ traits }) => meets(traits![condition.trait]!, condition))
    if (condition.hasBeenFor === undefined) return truths.at(-1) ?? condition.exists === false
    const start = truths.lastIndexOf(false) + 1
    const since = said.length === 0 && condition.exists === false ? inOrder[0]?.timestamp : said[start]?.timestamp
    return since !== undefined && now - since >= lengthOf(condition.hasBeenFor)
  }
  if ('firstSeen' in condition || 'lastSeen' in condition) {
    const [seen, event] =
      'firstSeen' in condition ? [condition.firstSeen, inOrder[0]] : [condition.lastSeen, inOrder.at(-1)]
    if (!event) return false
    const isBefore = seen.before === undefined || now - event.timestamp >= lengthOf(seen.before)
    return isBefore && isInside(event.timestamp, seen.within, now)
  }
  if ('score' in condition) {
    const name = condition.score
    const scores = inOrder.filter(
      ({ traits, verified }) =>
        verified && (traits?.scores as Record<string, number> | undefined)?.[name] !== undefined,
    )
    const last = scores.at(-1)
    if (!last || (condition.maxAge !== undefined && now - last.timestamp >= lengthOf(condition.maxAge))) return false
    return meets((last.traits!.scores as Record<string, number>)[name]!, condition)
  }
  if ('event' in condition) return meets(select(condition, condition.within).length, condition.count ?? { gte: 1 })
  throw new Error(`beyond the naive reading: ${JSON.stringify(condition)}`)
}

const at = (event: Event, path: string): Json | undefined =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], event) as Json

const isMatch = ({ event: name, where = [] }: EventFilter, event: Event): boolean =>
  (event.type === 'track' ? event.event : event.type) === name &&
  where.every((predicate) => {
    const value = at(event, predicate.path)
    return value === undefined ? predicate.exists === false : meets(value, predicate)
  })

const meets = (value: Json, { eq, ne, in: any, nin, gt, gte, lt, lte, between, exists }: Comparison): boolean => {
  const n = typeof value === 'number' ? value : Number.NaN
  return (
    (eq === undefined || value === eq) &&
    (ne === undefined || value !== ne) &&
    (any === undefined || any.includes(value as string)) &&
    (nin === undefined || !nin.includes(value as string)) &&
    (gt === undefined || n > gt) &&
    (gte === undefined || n >= gte) &&
    (lt === undefined || n < lt) &&
    (lte === undefined || n <= lte) &&
    (between === undefined || (n >= between[0] && n <= between[1])) &&
    exists !== false
  )
}

const unitMs: Record<string, number> = { W: 604_800_000, D: 86_400_000, H: 3_600_000, M: 60_000, S: 1000 }

const lengthOf = (duration: string): number =>
  [...duration.matchAll(/(\d+)([WDHMS])/g)].reduce((sum, [, n, unit]) => sum + Number(n) * unitMs[unit!]!, 0)

const dateOf = (instant: EpochMs, tz: string): string => new Date(instant).toLocaleDateString('sv-SE', { timeZone: tz })

const shift = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)

const mondayOf = (date: string): string => shift(date, -((new Date(date).getUTCDay() + 6) % 7))

const isInside = (instant: EpochMs, within: Window | undefined, now: EpochMs): boolean => {
  if (within === undefined) return true
  if (typeof within === 'string') return now - instant < lengthOf(within) && instant <= now
  const date = dateOf(instant, within.tz)
  if ('between' in within) return date >= within.between[0] && date <= within.between[1]
  const today = dateOf(now, within.tz)
  switch (within.calendar) {
    case 'today':
      return date === today
    case 'yesterday':
      return date === shift(today, -1)
    case 'this_week':
      return mondayOf(date) === mondayOf(today)
    case 'this_month':
      return date.slice(0, 7) === today.slice(0, 7)
    case 'last_month':
      return date.slice(0, 7) === shift(`${today.slice(0, 7)}-01`, -1).slice(0, 7)
  }
}

/** Tries every choice of events. */
const hasChain = ({ sequence, none = [], within }: SequenceCondition, inOrder: Event[], now: EpochMs): boolean => {
  const inside = inOrder.filter(({ timestamp }) => isInside(timestamp, within, now))
  const extend = (chosen: Event[]): boolean => {
    if (chosen.length === sequence.length) {
      const [first, last] = [chosen[0]!.timestamp, chosen.at(-1)!.timestamp]
      return !inOrder.some(
        (event) => event.timestamp > first && event.timestamp < last && none.some((filter) => isMatch(filter, event)),
      )
    }
    const step = sequence[chosen.length]!
    const before = chosen.at(-1)
    return inside.some((event) => {
      if (!isMatch(step, event)) return false
      const gap = before ? event.timestamp - before.timestamp : 1
      const { min, max } = before && step.after ? step.after : {}
      const fits =
        gap > 0 && gap >= (min ? lengthOf(min) : 0) && gap <= (max ? lengthOf(max) : Number.POSITIVE_INFINITY)
      return fits && extend([...chosen, event])
    })
  }
  return extend([])
}
