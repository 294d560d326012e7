import type { Answer, Event, Result } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { readClient } from '../enrich/read-client.ts'
import type { Env } from '../env.ts'
import { confirmVisitor } from '../identity/confirm-visitor.ts'
import { vouch } from '../identity/vouch.ts'
import { sample } from '../sampling/sample.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { answer } from './answer.ts'
import { authenticate, keyOfRequest } from './authenticate.ts'
import { keepBots, partBots } from './bots.ts'
import { decode } from './decode.ts'
import { enrich } from './enrich.ts'
import type { Failed } from './failed.ts'
import { hold, nothingHeld } from './hold.ts'
import { mayImport } from './may-import.ts'
import { type Endpoint, parse } from './parse.ts'
import { route } from './route.ts'
import { applyRules } from './rules.ts'

/** What became of a request, and what its answer carries beside the body. */
export interface Collected {
  outcome: Answer | Failed
  /** undefined when the request named none that it may send to */
  source?: Source
  /** confirms the visitor to the device */
  cookie?: string | undefined
}

const lastTaken = (events: readonly { index: number; event: Event }[], rejected: Answer['rejected']) => {
  const refused = new Set(rejected.map(({ index }) => index))
  return events.findLast(({ index }) => !refused.has(index))?.event
}

/** The way of one request's events, step by step. */
export const collect = async (env: Env, request: Request, { type, isImport }: Endpoint): Promise<Collected> => {
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
    if (!early.ok) return { outcome: early.error }
  }
  const body = await decode(request, type !== undefined)
  if (!body.ok) return { outcome: body.error }
  const source = admit(shownKey ?? body.value.writeKey)
  if (!source.ok) return { outcome: source.error }
  const built = parse(body.value, source.value, { type, isImport }, receivedAt)
  const parsed = enrich(built, readClient(request, source.value, env), source.value)
  const { ruled, bots } = partBots(applyRules(parsed, source.value, workspace), source.value)
  if (source.value.sample !== undefined) sample(env, parsed, ruled, source.value, receivedAt)
  const shown = ruled.held.length > 0 ? { ...ruled, events: [...ruled.events, ...ruled.held] } : ruled
  const vouching = await vouch(body.value, shown, source.value, workspace.plan, env, receivedAt)
  const held =
    ruled.held.length > 0
      ? await hold(env, ruled.held, vouching, source.value, workspace.version, receivedAt)
      : nothingHeld
  const routed = await route(env, ruled, vouching, source.value, workspace.plan, receivedAt)
  if (bots.length > 0) await keepBots(env, bots, source.value, routed)
  const outcome = await answer(env, routed, held, source.value, type !== undefined, receivedAt)
  const last = 'success' in outcome ? lastTaken(ruled.events, routed.rejected) : undefined
  const cookie = confirmVisitor(request, env, source.value, workspace, vouching, last, receivedAt)
  return { outcome, source: source.value, cookie }
}
