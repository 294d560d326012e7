import { basesOf, originOf, type Page } from '@spartito/engine'
import type { VisitorStore } from './visitor-store.ts'

/** In UTF-16 units: well under what an RPC carries, 16 of them for 10,000 events. */
const pageSize = 256 * 1024

/** The next page of what moves to the survivor of a merge. */
export const movingPage = (store: VisitorStore, mergeId: string, cursor: number): Page => {
  const role = store.state?.role
  // Pulled again after it has closed, it has nothing more.
  if (role?.kind !== 'moving' || role.mergeId !== mergeId) return { mergeId, cursor, next: null, blocks: [] }
  const moves = (fragment: number): boolean => !role.fragments || role.fragments.includes(fragment)
  const { blocks, isLast } = store.blocksAfter(cursor, pageSize)
  const origins = new Map(store.state?.fragments.map((its) => [its.id, originOf(its)]))
  const bases = cursor === 0 ? basesOf(store.state!.fragments.filter(({ id }) => moves(id))) : undefined
  return {
    mergeId,
    cursor,
    next: isLast ? null : blocks.at(-1)!.id,
    ...(bases !== undefined && { bases }),
    // What an expired profile has left (ID15) does not move.
    blocks: blocks.flatMap(({ fragment, entries }) => {
      const origin = moves(fragment) ? origins.get(fragment) : undefined
      return origin ? [{ fragment, ...origin, events: entries.map(({ json }) => json) }] : []
    }),
  }
}
