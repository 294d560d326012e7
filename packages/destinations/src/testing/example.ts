import type { Attempt, Delivery } from '../delivery.ts'
import type { DestinationRequest, Secrets } from '../destination-kind.ts'

/** One documented example of a kind, which its tests run: what goes out for some deliveries, and what an answer then means. */
export interface Example {
  /** what it shows, as a sentence about the kind */
  name: string
  /** as a workspace has them */
  settings: unknown
  secrets?: Secrets
  deliveries: [Delivery, ...Delivery[]]
  /** the request as a whole, its JSON bodies parsed; left out where the first delivery is skipped */
  request?: Omit<DestinationRequest, 'body'> & { body: unknown }
  /** why the first delivery is skipped */
  skip?: string
  /** answers, and what each says of the deliveries */
  answers?: { status: number; headers?: Record<string, string>; body?: string; attempts: Attempt[] }[]
}

/** When all examples are sent, in epoch ms: 2026-01-31T12:00:00Z. */
export const exampleNow = Date.parse('2026-01-31T12:00:00.000Z')
