import type { Identifier } from '@spartito/protocol'
import { draftOf } from '../profile/fold.ts'
import { type Fragment, newFragment } from '../profile/fragment.ts'
import { sameIdentifier } from './claim.ts'

/** Past so many, visits of a device have no fragment of their own any more, so that its state stays small (PR2). */
const maxFragments = 200

/** The fragments while the events of one request are folded into them, and the lines that each takes. */
export interface Batch {
  fragments: Fragment[]
  nextFragment: number
  lines: Map<number, { lines: string; hashes: string }>
}

/**
 * The place of the fragment that takes an identifier's events; it may be written to (`draftOf`).
 *
 * @param via the key of the linked identifier that they came by (ID14)
 */
export const fragmentOf = (batch: Batch, bringer: Identifier, via?: string): number => {
  const isOwn = ({ identifier, mergeId, via: whose }: Fragment): boolean =>
    mergeId === null && whose === via && sameIdentifier(identifier, bringer)
  let index = batch.fragments.findIndex((its) => isOwn(its) && !its.isSealed && !its.isEnded)
  const isFull = index < 0 && batch.fragments.length >= maxFragments
  if (isFull) index = batch.fragments.findLastIndex(isOwn)
  if (index < 0)
    return batch.fragments.push(newFragment(batch.nextFragment++, bringer, null, via === undefined ? {} : { via })) - 1
  if (!batch.lines.has(index)) batch.fragments[index] = draftOf(batch.fragments[index]!)
  // It holds several visits from now on, and whoever adopted one would adopt a stranger's with it (ID8).
  if (isFull) batch.fragments[index]!.isSealed = true
  return index
}
