import { timingSafeEqual } from 'node:crypto'
import type { Env } from '../env.ts'

const encoder = new TextEncoder()

const isSame = (shown: string, secret: string | undefined): boolean => {
  if (!secret) return false
  const a = encoder.encode(shown)
  const b = encoder.encode(secret)
  return a.length === b.length && timingSafeEqual(a, b)
}

/** What a bearer token may do (SPEC AD); undefined when it is none of ours. */
export const authorize = (env: Env, authorization: string | undefined): 'read' | 'write' | undefined => {
  const shown = authorization?.startsWith('Bearer ') ? authorization.slice(7) : ''
  if (isSame(shown, env.ADMIN_TOKEN)) return 'write'
  return isSame(shown, env.ADMIN_READ_TOKEN) ? 'read' : undefined
}
