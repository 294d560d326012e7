import type { Answer, Result } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
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
  const admit = (key: string | undefined): Result<Source, Failed> => {
    const source = authenticate(workspace, key, request)
    return source.ok && isImport ? mayImport(source.value) : source
  }
  if (shownKey !== undefined) {
    // A key that is known to be wrong spares the reading of the body.
    const early = admit(shownKey)
    if (!early.ok) return early.error
  }
  const body = await decode(request, type !== undefined)
  if (!body.ok) return body.error
  const source = admit(shownKey ?? body.value.writeKey)
  if (!source.ok) return source.error
  const parsed = parse(body.value, source.value, { type, isImport }, receivedAt)
  const consented = requireConsent(parsed, source.value)
  const routed = await route(env, consented, source.value, workspace.plan, receivedAt)
  return answer(env, routed, source.value, type !== undefined, receivedAt)
}
