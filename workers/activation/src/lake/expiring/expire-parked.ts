import type { EpochMs } from '@spartito/protocol'
import type { CompiledRetention } from '@spartito/workspace'
import type { RunBudget } from '../run-budget.ts'

/**
 * What no consumer took is kept as long as any event is. Deliveries are left to the objects that list them.
 *
 * @returns whether that was all
 */
export const expireParked = async (
  bucket: R2Bucket,
  { events }: CompiledRetention,
  now: EpochMs,
  budget: RunBudget,
): Promise<boolean> => {
  if (!Number.isFinite(events.longestMs)) return true
  for (let [cursor, isMore]: [string | undefined, boolean] = [undefined, true]; isMore; ) {
    if (budget.isOver()) return false
    budget.spend(2)
    const page: R2Objects = await bucket.list({ prefix: 'parked/', ...(cursor && { cursor }) })
    const over = page.objects.filter(
      ({ key, uploaded }) => !key.startsWith('parked/deliveries/') && uploaded.getTime() <= now - events.longestMs,
    )
    if (over.length > 0) await bucket.delete(over.map(({ key }) => key))
    isMore = page.truncated
    cursor = page.truncated ? page.cursor : undefined
  }
  return true
}
