import { visitorOf } from './find.ts'
import { addCounts, forEach, type RunStep } from './step.ts'

const againMs = 300

/** The profile leaves its audiences; done when whoever hears of that has confirmed it: roster, destinations' objects, queues. */
export const leave: RunStep = async (run) => {
  const { erasure, store, secret } = run
  const person = run.person()
  let [exits, waiting] = [0, 0]
  const objects = [...person.objects]
  await forEach([...objects.entries()], async ([place, its]) => {
    const left = await visitorOf(run, its.self).leave(erasure.id)
    exits += left.exits
    waiting += left.waiting
    if (left.counters) objects[place] = { ...its, counters: left.counters }
  })
  const counts = addCounts(erasure.steps.leave?.counts ?? {}, { exits })
  if (exits > 0 || waiting === 0) store.keepPerson(erasure.id, secret, { ...person, objects })
  if (waiting === 0) return { isDone: true, counts }
  return { isDone: false, counts, waitsFor: `${waiting} changes that are not confirmed yet`, againMs }
}
