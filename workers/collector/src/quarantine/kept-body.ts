import { isObject, type Json } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { scrubUrl } from '../enrich/scrub-url.ts'

/** Fields of an event that open something: read once, and kept by nobody. */
const credentials = new Set(['token', 'writeKey'])

const clean = (value: unknown, writeKey: string): Json => {
  if (typeof value === 'string') return value === writeKey ? null : scrubUrl(value)
  if (Array.isArray(value)) return value.map((item) => clean(item, writeKey))
  if (!isObject(value)) return value as Json
  return Object.fromEntries(Object.entries(value).map(([name, its]) => [name, clean(its, writeKey)]))
}

/**
 * One event of a request's body as the client sent it, with what the parser leaves out or mends, as JSON: for whoever looks for the fault.
 * Without keys and tokens, without secrets in URLs, and without an address unless the source keeps it whole.
 */
export const keptBody = (sent: unknown, { writeKey, ip }: Pick<Source, 'writeKey' | 'ip'>): string => {
  const fields = Object.entries(sent as object).filter(([name]) => !credentials.has(name))
  const body = clean(Object.fromEntries(fields), writeKey) as Record<string, Json>
  if (ip !== 'keep' && isObject(body.context)) delete (body.context as Record<string, Json>).ip
  return JSON.stringify(body)
}
