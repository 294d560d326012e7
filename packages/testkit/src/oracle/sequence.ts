import type { Step } from './condition.ts'
import { durationMs } from './duration.ts'
import { type History, matching, type Recorded } from './history.ts'

const follows = (later: Recorded, earlier: Recorded, after: Step['after'] = {}): boolean => {
  const elapsedMs = later.timestamp - earlier.timestamp
  if (elapsedMs <= 0) return false
  if (after.min !== undefined && elapsedMs < durationMs(after.min)) return false
  return after.max === undefined || elapsedMs <= durationMs(after.max)
}

/**
 * Whether some choice of events, one for each step and each strictly later than the one before, satisfies all steps, with
 * no `forbidden` event strictly between the first and the last of them. Tries every first event, and keeps all events
 * that each next step can reach from it.
 */
export const isSequence = (steps: readonly Step[], history: History, forbidden: History): boolean => {
  const [firstStep, ...laterSteps] = steps
  if (!firstStep) return true
  return matching(history, firstStep).some((first) => {
    let reached: History = [first]
    for (const step of laterSteps)
      reached = matching(history, step).filter((event) => reached.some((before) => follows(event, before, step.after)))
    return reached.some(
      (last) => !forbidden.some((event) => event.timestamp > first.timestamp && event.timestamp < last.timestamp),
    )
  })
}
