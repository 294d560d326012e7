import type { Apply } from './apply.ts'
import type { Route } from './step.ts'

/**
 * Lets an event count for another source: conditions, the lake and the statistics know it by that, and it needs the purposes that both
 * collect for. What the write key may do stays the sender's, and so do its transformations.
 */
export const compileRoute = ({ route }: Route): Apply => {
  return (event) => ({ ...event, source: route })
}
