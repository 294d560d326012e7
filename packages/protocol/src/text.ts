/**
 * Text as every layer stores it alike: lone surrogates replaced, NUL removed (SPEC WI10).
 * SQLite and R2 would otherwise hold another text than the object's name.
 */
export const cleanText = (text: string): string => {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '') : wellFormed
}
