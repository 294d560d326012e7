import { visitorOf } from './find.ts'
import { addCounts, forEach, type RunStep } from './step.ts'

const [againMs, capMs] = [300, 8_000]
/** What nobody has confirmed after so many tries is sent again, every other time. */
const lateAfter = 4

/** The profile leaves its audiences; done when whoever hears of that has confirmed it: roster, destinations' objects, queues. */
export const leave: RunStep = async (run) => {
  const { erasure, store, secret } = run
  const person = run.person()
  let [exits, waiting] = [0, 0]
  const objects = [...person.objects]
  const attempts = erasure.steps.leave?.attempts ?? 0
  const isLate = attempts >= lateAfter && attempts % 2 === 0
  await forEach([...objects.entries()], async ([place, its]) => {
    const left = await visitorOf(run, its.self).leave(erasure.id, isLate)
    exits += left.exits
    waiting += left.waiting
    if (left.counters) objects[place] = { ...its, counters: left.counters }
  })
  const counts = addCounts(erasure.steps.leave?.counts ?? {}, { exits })
  if (exits > 0 || waiting === 0) store.keepPerson(erasure.id, secret, { ...person, objects })
  if (waiting === 0) return { isDone: true, counts }
  return {
    isDone: false,
    counts,
    waitsFor: `${waiting} changes that are not confirmed yet`,
    againMs: Math.min(capMs, againMs * 1.5 ** attempts),
  }
}
