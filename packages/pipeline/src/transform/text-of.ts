import { type Json, numberText } from '@spartito/protocol'

/** A value as one text; undefined for lists, objects, null and what has lost digits. */
export const textOf = (value: Json | undefined): string | undefined => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(value)
  return typeof value === 'boolean' ? String(value) : undefined
}
