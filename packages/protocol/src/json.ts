import { limits } from './limits.ts'
import { type Refusal, refusal } from './refusal.ts'
import { ok, type Result, refuse } from './result.ts'
import { cleanText } from './text.ts'

export type Json = string | number | boolean | null | Json[] | JsonObject
export type JsonObject = { [key: string]: Json }

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Keys that would reach an object's prototype if a later copy assigned them (RELIABILITY: prototype pollution). */
const isHostileKey = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype'

class Refused extends Error {
  refusal: Refusal
  constructor(refused: Refusal) {
    super(refused.code)
    this.refusal = refused
  }
}

const copy = (value: unknown, path: string, depth: number): Json => {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw new Refused(refusal('invalid_field', `${path} is a number too large to represent: send it as a string`))
  }
  if (typeof value !== 'object')
    throw new Refused(refusal('invalid_field', `${path} is not JSON: send text, numbers, booleans, lists or objects`))
  if (depth > limits.depth)
    throw new Refused(refusal('too_deep', `${path} is nested deeper than ${limits.depth} levels: flatten it`))
  if (Array.isArray(value)) return value.map((item) => copy(item, path, depth + 1))
  const fresh: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    if (isHostileKey(key) || item === undefined) continue
    if (key.length > limits.nameLength)
      throw new Refused(
        refusal(
          'invalid_field',
          `a name below ${path} has ${key.length} characters, ${limits.nameLength} are allowed: shorten it`,
        ),
      )
    fresh[cleanText(key)] = copy(item, path, depth + 1)
  }
  return fresh
}

/**
 * Copies JSON into fresh objects: text well-formed and free of NUL, no key that reaches a prototype, numbers finite,
 * nested at most `limits.depth` levels (SPEC WI3, WI10).
 *
 * @param path how errors name the value, such as `properties`
 * @param depth the level that `value` itself is on
 */
export const cleanJson = (value: unknown, path: string, depth: number): Result<Json, Refusal> => {
  try {
    return ok(copy(value, path, depth))
  } catch (error) {
    if (error instanceof Refused) return refuse(error.refusal)
    throw error
  }
}

const encoder = new TextEncoder()

/** The bytes of a text in UTF-8. */
export const utf8Bytes = (text: string): number => encoder.encode(text).length

/** Whether a text is longer than so many UTF-8 bytes; encodes it only when its length leaves that open. */
export const exceedsBytes = (text: string, maxBytes: number): boolean =>
  text.length > maxBytes || (text.length * 3 > maxBytes && utf8Bytes(text) > maxBytes)
