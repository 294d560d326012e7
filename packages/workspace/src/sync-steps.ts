import type { Destination, Workspace } from './workspace.ts'

/** What a destination is told of members that were there before it was, or that it is to forget (SPEC DE7). */
export interface SyncStep {
  /** as it is, or when it is gone, as it was */
  destination: Destination
  type: 'entered' | 'exited'
  /** sorted */
  audiences: string[]
}

/** By destination: the audiences that it hears of. */
const givenIn = ({ audiences = [], destinations = [] }: Workspace): Map<string, Set<string>> => {
  const ids = audiences.map(({ id }) => id)
  return new Map(
    destinations
      .filter(({ disabled }) => !disabled)
      .map(({ id, audiences: its }) => [id, new Set(its === '*' ? ids : its)]),
  )
}

/**
 * What the step from one workspace to the next asks for: entries for a destination that is new or newly given an audience, and exits,
 * where it wants them, for one that is taken out or has one taken away. An audience that is new itself has no members yet: the sweep
 * brings them, as changes.
 */
export const syncSteps = (before: Workspace, after: Workspace): SyncStep[] => {
  const [had, has] = [givenIn(before), givenIn(after)]
  const wasDefined = new Set((before.audiences ?? []).map(({ id }) => id))
  const entered = (after.destinations ?? []).map((destination): SyncStep => {
    const news = [...(has.get(destination.id) ?? [])].filter(
      (audience) => wasDefined.has(audience) && !had.get(destination.id)?.has(audience),
    )
    return { destination, type: 'entered', audiences: news.sort() }
  })
  const exited = (before.destinations ?? []).map((destination): SyncStep => {
    const { id, exitsWhenRemoved } = destination
    const gone = exitsWhenRemoved ? [...(had.get(id) ?? [])].filter((audience) => !has.get(id)?.has(audience)) : []
    return { destination, type: 'exited', audiences: gone.sort() }
  })
  return [...entered, ...exited].filter(({ audiences }) => audiences.length > 0)
}
