import * as v from 'valibot'
import { guardUrl } from './guard/guard-url.ts'

/**
 * Where a destination sends to (DE5). This machine is let through here, since the same document is written in development; that it is
 * for development alone is said where a workspace is published, and before each request.
 */
export const target = v.pipe(
  v.string('must be text'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const guarded = guardUrl(dataset.value, true)
    if (!guarded.ok) addIssue({ message: guarded.error })
  }),
)
