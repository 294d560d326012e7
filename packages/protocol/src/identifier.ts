import { normalizeEmail } from './email.ts'
import { limits } from './limits.ts'
import { cleanText, numberText } from './text.ts'

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
  /** of a phone: the country (ISO 3166-1, two letters) of numbers without `+`; such are no identifiers when left out */
  country?: string
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

/** A text as ID2 compares it. */
export const foldCase = (text: string): string => text.toLowerCase()

/**
 * Whether a normalized value identifies nobody (SPEC ID2): empty, zeroes, `null` and its kin, or named by the workspace.
 *
 * @param blocked the workspace's own, normalized as well and folded (`foldCase`)
 */
export const isBlockedValue = (value: string, blocked: readonly string[] = []): boolean => {
  const folded = foldCase(value)
  return zeroes.test(value) || blockedValues.has(folded) || blocked.includes(folded)
}

const ascii = /^[\x20-\x7e]*$/
/** Nothing to clean, to compose or to trim: nearly all identifiers. */
const plain = /^[!-~]+$/

/** A client's value as text, in NFC and trimmed; undefined for what is neither text nor a number that has kept its digits. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string' && plain.test(value)) return value
  const raw = typeof value === 'number' ? numberText(value) : value
  if (typeof raw !== 'string') return undefined
  const clean = cleanText(raw)
  // ASCII is in NFC already, and asking ICU costs more than all the rest.
  return (ascii.test(clean) ? clean : clean.normalize('NFC')).trim()
}

/** Reads a text as a telephone number in E.164; undefined for what is none. */
export type PhoneReader = (text: string) => string | undefined

/**
 * Normalizes what a client sent as an identifier (SPEC ID1): text in NFC, trimmed; numbers become text as JavaScript
 * writes them; e-mail addresses lower-cased with the domain in ASCII; phones in E.164; 1 to 255 UTF-16 code units, both
 * before and after the form of its type is made. Normalizing twice changes nothing.
 *
 * @param readPhone handed in, since what knows the world's telephone numbers is too large for clients; without it no phone
 *   is an identifier
 * @returns undefined when the value cannot be an identifier of this type; what identifies nobody whatever its type, such
 *   as an empty text, is returned as text, for ID2 to name
 */
export const normalizeIdentifier = (type: string, value: unknown, readPhone?: PhoneReader): string | undefined => {
  const text = textOf(value)
  if (text === undefined || text.length > limits.identifierLength) return undefined
  if ((type !== 'email' && type !== 'phone') || isBlockedValue(text)) return text
  const formed = type === 'email' ? normalizeEmail(text) : readPhone?.(text)
  return formed !== undefined && formed.length <= limits.identifierLength ? formed : undefined
}
