/**
 * Text as every layer stores it alike: lone surrogates replaced, NUL removed (SPEC WI10).
 * SQLite and R2 would otherwise hold another text than the object's name.
 */
export const cleanText = (text: string): string => {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed
}

/**
 * A number as text, as JavaScript writes it: `42`, `1.5`, `-0` as `0`.
 *
 * @returns undefined for what is not finite, and for integers past 2^53 - 1: their last digits were lost when the JSON was
 *   read, so the numbers of two persons can have become one (SPEC ID1)
 */
export const numberText = (value: number): string | undefined =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? String(value) : undefined
