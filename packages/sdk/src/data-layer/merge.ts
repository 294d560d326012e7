import type { Properties } from '../plan.ts'

const isPlain = (value: unknown): value is Properties => (value as Properties | undefined)?.constructor === Object

/**
 * The state after an item: objects merge, everything else replaces. Copies what changes, so a state that a listener
 * keeps stays as it was, and `__proto__` as a key reaches no prototype but the copy's.
 */
export const merge = (state: unknown, item: Properties): Properties => {
  const next: Properties = isPlain(state) ? { ...state } : {}
  for (const [key, value] of Object.entries(item)) next[key] = isPlain(value) ? merge(next[key], value) : value
  return next
}
