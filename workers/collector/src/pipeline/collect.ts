import type { Answer } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { answer } from './answer.ts'
import { authenticate, keyOfRequest } from './authenticate.ts'
import { requireConsent } from './consent.ts'
import { decode } from './decode.ts'
import type { Failed } from './failed.ts'
import { mayImport } from './may-import.ts'
import { type Endpoint, parse } from './parse.ts'
import { route } from './route.ts'

/** The way of one request's events, step by step. */
export const collect = async (env: Env, request: Request, { type, isImport }: Endpoint): Promise<Answer | Failed> => {
  const receivedAt = Date.now()
  const workspace = await readWorkspace(env, receivedAt)
  const shownKey = keyOfRequest(request)
  if (shownKey !== undefined) {
    // A key that is known to be wrong spares the reading of the body.
    const early = authenticate(workspace, shownKey, request)
    if (!early.ok) return early.error
  }
  const body = await decode(request, type !== undefined)
  if (!body.ok) return body.error
  const source = authenticate(workspace, shownKey ?? body.value.writeKey, request)
  if (!source.ok) return source.error
  const allowed = isImport ? mayImport(source.value) : source
  if (!allowed.ok) return allowed.error
  const parsed = parse(body.value, source.value, { type, isImport }, receivedAt)
  const consented = requireConsent(parsed, source.value)
  const routed = await route(env, consented, source.value, workspace.plan, receivedAt)
  return answer(env, routed, source.value, type !== undefined, receivedAt)
}
