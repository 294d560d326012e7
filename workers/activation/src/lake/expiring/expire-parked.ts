import type { EpochMs } from '@spartito/protocol'
import type { CompiledRetention } from '@spartito/workspace'
import type { RunBudget } from '../run-budget.ts'

/** What is parked is kept as long as deliveries are, or as long as any event is. @returns whether that was all */
export const expireParked = async (
  bucket: R2Bucket,
  { deliveries, events }: CompiledRetention,
  now: EpochMs,
  budget: RunBudget,
): Promise<boolean> => {
  if (![deliveries.ms, events.longestMs].some(Number.isFinite)) return true
  for (let [cursor, isMore]: [string | undefined, boolean] = [undefined, true]; isMore; ) {
    if (budget.isOver()) return false
    budget.spend(2)
    const page: R2Objects = await bucket.list({ prefix: 'parked/', ...(cursor && { cursor }) })
    const over = page.objects.filter(({ key, uploaded }) => {
      const ms = key.startsWith('parked/deliveries/') ? deliveries.ms : events.longestMs
      return uploaded.getTime() <= now - ms
    })
    if (over.length > 0) await bucket.delete(over.map(({ key }) => key))
    isMore = page.truncated
    cursor = page.truncated ? page.cursor : undefined
  }
  return true
}
