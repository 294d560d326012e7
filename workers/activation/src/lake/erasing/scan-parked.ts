import { type ErasedParked, eraseParked, type Subjects } from '@spartito/lake'
import type { RunBudget } from '../run-budget.ts'

const atATime = 6

interface Scan {
  bucket: R2Bucket
  subjects: Subjects
  budget: RunBudget
  rewrite(key: string, erased: ErasedParked): Promise<void>
  keep(after: string): void
}

/** Goes on through what was parked. @returns whether that is the end */
export const scanParked = async (
  { bucket, subjects, budget, rewrite, keep }: Scan,
  begun: string,
): Promise<boolean> => {
  let after = begun
  for (let isMore = true; isMore; ) {
    if (budget.isOver()) return false
    const page = await bucket.list({ prefix: 'parked/', ...(after !== '' && { startAfter: after }) })
    budget.spend(1)
    for (let at = 0; at < page.objects.length; at += atATime) {
      if (budget.isOver()) return false
      const some = page.objects.slice(at, at + atATime).map(({ key }) => key)
      const texts = await Promise.all(some.map(async (key) => (await bucket.get(key))?.text()))
      budget.spend(some.length)
      for (const [index, key] of some.entries()) {
        const erased = texts[index] === undefined ? undefined : eraseParked(texts[index]!, subjects)
        if (erased) await rewrite(key, erased)
      }
      after = some.at(-1)!
      keep(after)
    }
    isMore = page.truncated
  }
  return true
}
