import * as v from 'valibot'
import { type Secret, secret } from '../secret.ts'
import { target } from '../target.ts'

export interface SegmentSettings {
  /** the batch endpoint of a Segment-compatible collector; Segment's own when left out */
  url?: string | undefined
  /** the source's write key */
  writeKey: Secret
  /** what a change of audience becomes: `track` when left out */
  changes?: 'track' | 'identify' | 'both' | undefined
  /** a token of the workspace's Public API: who is erased here is then deleted there */
  deletionToken?: Secret | undefined
}

export const segmentSettings = v.strictObject({
  url: v.optional(target),
  writeKey: secret,
  changes: v.optional(v.picklist(['track', 'identify', 'both'], 'must be track, identify or both')),
  deletionToken: v.optional(secret),
})
