import { visitorOf } from './find.ts'
import { forEach, type RunStep } from './step.ts'

/** Empties each object, then has objects of others forget whom they named. */
export const empty: RunStep = async (run) => {
  const { erasure, store } = run
  const { objects, others } = run.person()
  const collected = store.collected(erasure.id)
  const at = erasure.until!
  await forEach(objects, async ({ self, counters, events }) => {
    const tombstone = { erasureId: erasure.id, mode: erasure.mode, at, counters, counts: { events } }
    await visitorOf(run, self).bury({ ...tombstone, collected })
  })
  const keys = objects.map(({ self }) => `${self.type}:${self.value}`)
  let mentions = 0
  await forEach(others, async (other) => {
    if (await visitorOf(run, other).forgetMentions(keys)) mentions++
  })
  const events = objects.reduce((sum, its) => sum + its.events, 0)
  return { isDone: true, counts: { objects: objects.length, events, mentions } }
}
