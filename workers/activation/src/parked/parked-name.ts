import { createHash } from 'node:crypto'

/**
 * The name of what is parked: a hash of its id, of 32 hex digits. An id may hold what a client chose, such as a messageId; keys of the bucket
 * are listed, copied and logged, and are no body that an erasure rewrites (SPEC CO7). The same id has the same name, so that a repeated call
 * overwrites.
 */
export const parkedName = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 32)
