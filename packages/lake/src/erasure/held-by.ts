import type { EpochMs } from '@spartito/protocol'
import { nobody, type Owners, type Subjects } from './subjects.ts'

/** Each text and number in a value of JSON, however deep. */
const leaves = (value: unknown, tell: (leaf: string) => void): void => {
  if (typeof value === 'string' || typeof value === 'number') tell(String(value))
  else if (typeof value === 'object' && value !== null) for (const its of Object.values(value)) leaves(its, tell)
}

/** Text that is no JSON is one value: it names whom it is equal to, or begins with. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * Whose a text of JSON is: of whoever one of its values names. What was held back has no profile, and what was parked may be of any shape,
 * so both are judged by all that they say.
 *
 * @returns nobody for a text that is none
 */
export const heldBy = (json: unknown, at: EpochMs, subjects: Subjects): Owners => {
  if (typeof json !== 'string') return nobody
  const found = new Set<number>()
  leaves(parsed(json), (leaf) => {
    for (const ask of subjects.ofText(leaf, at)) found.add(ask)
  })
  return found.size === 0 ? nobody : [...found]
}
