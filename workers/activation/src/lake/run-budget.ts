/** What one run may still take; what is left is the next one's. */
export interface RunBudget {
  /** requests that are about to be made */
  spend(requests: number): void
  isOver(): boolean
}

/** @param requests of the bucket: a Worker may make a bounded number in one run */
export const runBudget = (requests: number, ms: number): RunBudget => {
  const until = Date.now() + ms
  let left = requests
  return {
    spend(its) {
      left -= its
    },
    isOver: () => left <= 0 || Date.now() >= until,
  }
}
