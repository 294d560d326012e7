const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** What turns text around or hides in it, and what a page cannot hold; a line's end and a tab are harmless here. */
const isControl = (char: string): boolean => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(char) && !/[\n\t\u200d]/.test(char)

/** HTML that was made here; all else is text. */
export interface Html {
  readonly html: string
}

export const raw = (html: string): Html => ({ html })

const isHtml = (value: unknown): value is Html => typeof value === 'object' && value !== null && 'html' in value

type Part = Html | string | number | readonly Part[] | undefined | false

/** Text that is text wherever in HTML it stands, whatever a visitor has put into it. */
const textOf = (part: Part): string => {
  if (part === undefined || part === false) return ''
  if (isHtml(part)) return part.html
  if (Array.isArray(part)) return part.map(textOf).join('')
  return [...String(part)]
    .map((char) => (isControl(char) ? `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}` : char))
    .join('')
    .replaceAll(/[&<>"']/g, (char) => entities[char]!)
}

/** HTML with values between: each is escaped unless it was made by this. */
export const html = (strings: TemplateStringsArray, ...values: readonly Part[]): Html =>
  raw(strings.reduce((all, text, index) => all + textOf(values[index - 1]) + text))
