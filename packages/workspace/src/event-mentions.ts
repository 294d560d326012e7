import type { Condition, EventFilter } from '@spartito/engine'
import { conditionsOf } from './check-conditions.ts'

/** An event that a condition is about, and the paths of it that the condition reads. */
export interface EventMention {
  /** where the condition stands */
  path: string
  event: string
  reads: string[]
}

const pathsOf = ({ where = [] }: Pick<EventFilter, 'where'>): string[] => where.map(({ path }) => path)

const mentionsIn = (condition: Condition): Omit<EventMention, 'path'>[] => {
  const of = (filter: EventFilter, more: string[] = []) => ({
    event: filter.event,
    reads: [...pathsOf(filter), ...more],
  })
  if ('agg' in condition) return [of(condition, [condition.of])]
  if ('event' in condition) return [of(condition)]
  if ('sequence' in condition) return [...condition.sequence, ...(condition.none ?? [])].map((filter) => of(filter))
  if ('recency' in condition) return [of(condition.recency)]
  if ('days' in condition) return [of(condition.days)]
  if ('notPerformed' in condition) return [{ event: condition.notPerformed, reads: pathsOf(condition) }]
  return []
}

/** Every event that a condition, or one within it, is about. */
export const eventMentions = (condition: Condition, path: string): EventMention[] =>
  [...conditionsOf(condition, path)].flatMap(([at, part]) =>
    mentionsIn(part).map((mention) => ({ path: at, ...mention })),
  )
