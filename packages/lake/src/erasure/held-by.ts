import type { EpochMs } from '@spartito/protocol'
import { nobody, type Owners, type Subjects } from './subjects.ts'

/** Each text and number in a value of JSON, however deep, with the name of its field; of an identifier that is its type. */
const leaves = (value: unknown, name: string, tell: (leaf: string, name: string) => void): void => {
  if (typeof value === 'string' || typeof value === 'number') tell(String(value), name)
  if (typeof value !== 'object' || value === null) return
  const { type } = value as { type?: unknown }
  for (const [key, its] of Object.entries(value)) {
    const isOfType = key === 'value' && typeof type === 'string'
    // Entries of a list stand in the field of the list.
    leaves(its, isOfType ? type : Array.isArray(value) ? name : key, tell)
  }
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
  leaves(parsed(json), '', (leaf, name) => {
    for (const ask of subjects.ofText(leaf, name, at)) found.add(ask)
  })
  return found.size === 0 ? nobody : [...found]
}
