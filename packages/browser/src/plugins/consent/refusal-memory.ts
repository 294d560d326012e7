import type { Choice } from '@spartito/sdk'

/** After half a year a visitor who refused is asked again. */
export const refusalMs = 180 * 86_400_000

const key = 'spartito_refused'

/**
 * Remembers a refusal that the tag has no reason to keep, since it stores nothing before a grant: without this the visitor would be asked
 * on every page. The choice and its time, nothing that tells visitors apart.
 */
export interface RefusalMemory {
  /** Keeps a choice; undefined forgets it. */
  keep(choice: Choice | undefined): void
  /** undefined when there is none, or none that is still good */
  recall(): Choice | undefined
}

export const createRefusalMemory = (now: () => number): RefusalMemory => ({
  keep(choice) {
    try {
      if (choice) localStorage.setItem(key, JSON.stringify({ choice, at: now() }))
      else localStorage.removeItem(key)
    } catch {
      // storage is refused: the visitor will be asked again
    }
  },
  recall() {
    try {
      const { choice, at } = JSON.parse(localStorage.getItem(key)!)
      return now() - at < refusalMs ? choice : undefined
    } catch {
      return undefined
    }
  },
})
