import type { RefusalCode } from './refusal.ts'

export interface Rejection {
  /** the event's place in the request, from 0 */
  index: number
  messageId: string | null
  code: RefusalCode
  message: string
}

/** What every 2xx of the wire says (SPEC WI4). */
export interface Answer {
  success: true
  accepted: number
  duplicate: number
  /** kept until the workspace is mended, at most 30 days (QR) */
  quarantined: number
  rejected: Rejection[]
  /** ids of the exposed audiences that the visitor of the last event is in, sorted */
  profile: { audiences: string[] }
}

/** What a refused request says: a 4xx or 5xx with a code and a sentence. */
export interface Failure {
  success: false
  code: RefusalCode | 'unavailable'
  message: string
}
