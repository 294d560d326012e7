import { ok, type Result, refuse } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { erasuresObject } from '../erasure/erasures-stub.ts'
import { visitorSecret } from '../identity/worker-secret.ts'
import { type Failed, failed, unavailable } from '../pipeline/failed.ts'
import { openForgetId, sealForgetId } from './forget-id.ts'

/** What a person is told who asks to be forgotten. */
export interface Forgetting {
  /** what undoes it, for them alone */
  id: string
  /** when it begins, epoch ms */
  dueAt: number
}

const noSecret = (): Failed =>
  unavailable('this deployment has no secret to sign with: its owner has to set VISITOR_SECRET')

/**
 * Has a verified person erased, with all that is joined in their profile, once the time is over in which it may be undone. Asked again
 * meanwhile, it is the same erasure.
 */
export const askToForget = async (env: Env, userId: string, delayMs: number): Promise<Result<Forgetting, Failed>> => {
  const secret = visitorSecret(env)
  if (!secret) return refuse(noSecret())
  const asked = await erasuresObject(env).ask({
    identifiers: [{ type: 'user_id', value: userId }],
    mode: 'erase',
    by: { kind: 'person', userId },
    delayMs,
  })
  if (asked.ok) return ok({ id: sealForgetId(secret, userId, asked.id), dueAt: asked.dueAt })
  return refuse(asked.code === 'unavailable' ? unavailable(asked.message) : failed(403, 'unauthorized', asked.message))
}

/** @returns false when it has begun, and for what this person never asked for */
export const undoForget = async (env: Env, userId: string, sealed: unknown): Promise<boolean> => {
  const secret = visitorSecret(env)
  const id = secret && openForgetId(secret, userId, sealed)
  return id === undefined ? false : erasuresObject(env).undo(id)
}
