import { minSecretBytes, type Secret } from '@spartito/workspace'
import type { Env } from '../env.ts'

const encoder = new TextEncoder()

/** Whether the Workers run on the owner's own machine: what is only for development works there, and nowhere else. */
export const isDevelopment = (env: Pick<Env, 'DEVELOPMENT'>): boolean => env.DEVELOPMENT === 'true'

/** Signs visitor cookies where nobody has set a secret: in development alone, since anybody can read it here. */
const developmentVisitorSecret = 'spartito-development-visitor-secret'

/** The bytes of the few secrets that a deployment has: each request asks for one. */
const known = new Map<string, Uint8Array>()
const maxKnown = 100

const longEnough = (text = ''): Uint8Array | undefined => {
  const before = known.get(text)
  if (before) return before
  const bytes = encoder.encode(text)
  if (bytes.length < minSecretBytes) return undefined
  if (known.size >= maxKnown) known.clear()
  known.set(text, bytes)
  return bytes
}

/** The bytes of a secret that the workspace names; undefined when it is missing, short, or a bare value outside development. */
export const secretBytes = (secret: Secret, env: Env): Uint8Array | undefined => {
  if (typeof secret === 'string') return isDevelopment(env) ? longEnough(secret) : undefined
  const value = (env as unknown as Record<string, unknown>)[secret.env]
  return longEnough(typeof value === 'string' ? value : undefined)
}

/** What signs visitor cookies; undefined when there is none that may: then no cookie is set, and none is believed. */
export const visitorSecret = (env: Env): Uint8Array | undefined => {
  const secret = env.VISITOR_SECRET || (isDevelopment(env) ? developmentVisitorSecret : undefined)
  return secret === developmentVisitorSecret && !isDevelopment(env) ? undefined : longEnough(secret)
}
