/** Every code a client can meet (SPEC WI5). */
export const refusalCodes = [
  'invalid_json',
  'too_large_event',
  'too_large_batch',
  'too_deep',
  'missing_identity',
  'missing_event_name',
  'bad_timestamp',
  'unknown_type',
  'unknown_event',
  'schema_violation',
  'transform_error',
  'blocked_identifier',
  'consent_denied',
  'suppressed',
  'erased',
  'unknown_write_key',
  'source_disabled',
  'origin_denied',
  'duplicate',
  'rate_limited',
  'invalid_field',
  'missing_type',
  'filtered',
  'bot',
  'method_not_allowed',
  'not_found',
  'unauthorized',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

/** Why something was not taken: a code for programs, a sentence that says what to do next for people. */
export interface Refusal {
  code: RefusalCode
  message: string
}

export const refusal = (code: RefusalCode, message: string): Refusal => ({ code, message })
