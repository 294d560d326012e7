import { own, put } from '../own.ts'
import { maxEventNames, otherEvents } from './bounds.ts'
import type { EventSummary, Fragment } from './fragment.ts'

const add = (sums: Record<string, EventSummary>, name: string, summary: EventSummary): void => {
  const sum = own(sums, name)
  const late = (sum?.late ?? 0) + (summary.late ?? 0)
  put(sums, name, {
    count: (sum?.count ?? 0) + summary.count,
    first: Math.min(sum?.first ?? summary.first, summary.first),
    last: Math.max(sum?.last ?? summary.last, summary.last),
    ...(late > 0 && { late }),
    ...((sum?.isCut || summary.isCut) && { isCut: true as const }),
  })
}

/**
 * How often a profile has events of each name, over its fragments. Of more names than PR2 allows those that came first are
 * shown, and the rest together.
 */
export const shownEvents = (fragments: readonly Pick<Fragment, 'events'>[]): Record<string, EventSummary> => {
  const sums: Record<string, EventSummary> = {}
  for (const { events } of fragments) for (const [name, summary] of Object.entries(events)) add(sums, name, summary)
  const names = Object.keys(sums).filter((name) => name !== otherEvents)
  if (names.length <= maxEventNames) return sums
  names.sort((a, b) => sums[a]!.first - sums[b]!.first || (a < b ? -1 : 1))
  for (const name of names.slice(maxEventNames)) {
    add(sums, otherEvents, { ...sums[name]!, isCut: true })
    delete sums[name]
  }
  return sums
}
