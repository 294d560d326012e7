/** What a terminal would take as a command, what turns text around, and what ends a line somewhere: data is strangers' text. */
const isControl = (char: string): boolean => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(char)

/** The text with each such character as its escape, so that nothing in it moves the cursor, colours the screen or hides. */
export const escapeControls = (text: string): string =>
  [...text]
    .map((char) => (isControl(char) ? `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}` : char))
    .join('')
