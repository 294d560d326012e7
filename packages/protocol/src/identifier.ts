import { limits } from './limits.ts'
import { cleanText } from './text.ts'

/** The strength of an identifier type, strongest first; a `group` never stitches (SPEC ID). */
export const identifierClasses = ['person', 'contact', 'device', 'group'] as const
export type IdentifierClass = (typeof identifierClasses)[number]

/** A type and a normalized value. */
export interface Identifier {
  type: string
  value: string
}

export interface IdentifierType {
  type: string
  class: IdentifierClass
  /** where an event carries it, such as `traits.email`; built-in types are read from the event itself */
  from?: string
}

/** Types that every workspace has. */
export const builtInIdentifierTypes: readonly IdentifierType[] = [
  { type: 'user_id', class: 'person' },
  { type: 'anonymous_id', class: 'device' },
]

/** One text for one identifier; types never contain a colon, so no two identifiers share it. */
export const identifierKey = ({ type, value }: Identifier): string => `${type}:${value}`

const blockedValues = new Set([
  'null',
  'undefined',
  'nan',
  'none',
  'unknown',
  'anonymous',
  'guest',
  'true',
  'false',
  '[object object]',
  'n/a',
  'na',
  'nil',
  '(null)',
  '-1',
])

const zeroes = /^[0\-\s]*$/

/** Whether a normalized value identifies nobody (SPEC ID2): empty, zeroes, `null` and its kin, or named by the workspace. */
export const isBlockedValue = (value: string, blocked: readonly string[] = []): boolean => {
  const folded = value.toLowerCase()
  return zeroes.test(value) || blockedValues.has(folded) || blocked.some((entry) => entry.toLowerCase() === folded)
}

const normalizeEmail = (text: string): string | undefined => {
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1 || /\s/.test(text)) return undefined
  const domain = text.slice(at + 1)
  if (!URL.canParse(`http://${domain}/`)) return undefined
  return `${text.slice(0, at).toLowerCase()}@${new URL(`http://${domain}/`).hostname}`
}

const ascii = /^[\x20-\x7e]*$/

/**
 * Normalizes what a client sent as an identifier (SPEC ID1): text in NFC, trimmed; numbers become text; e-mail
 * addresses lower-cased with the domain in ASCII; 1 to 255 characters.
 *
 * @returns undefined when the value cannot be an identifier of this type; an empty text is returned, for ID2 to name
 */
export const normalizeIdentifier = (type: string, value: unknown): string | undefined => {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const clean = cleanText(String(value))
  // ASCII is in NFC already, and asking ICU costs more than all the rest.
  const text = (ascii.test(clean) ? clean : clean.normalize('NFC')).trim()
  if (text.length > limits.identifierLength) return undefined
  return type === 'email' && text !== '' ? normalizeEmail(text) : text
}
