import type { Answer, Event, Result } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { signalsOf, underLaw } from '../consent/in-region.ts'
import { admitEvents, refuseSpent } from '../defence/source-budget.ts'
import { createVisitorGate } from '../defence/visitor-gate.ts'
import { readClient } from '../enrich/read-client.ts'
import type { Env } from '../env.ts'
import { confirmVisitor } from '../identity/confirm-visitor.ts'
import { vouch } from '../identity/vouch.ts'
import { isListened } from '../live/listening.ts'
import { itemOfRefusal, itemsOfEvents } from '../live/live-items.ts'
import { show } from '../live/show.ts'
import { sample } from '../sampling/sample.ts'
import { countRefusal } from '../stats/refusals.ts'
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
  source?: Source | undefined
  /** confirms the visitor to the device */
  cookie?: string | undefined
}

const lastTaken = (events: readonly { index: number; event: Event }[], rejected: Answer['rejected']) => {
  const refused = new Set(rejected.map(({ index }) => index))
  return events.findLast(({ index }) => !refused.has(index))?.event
}

/**
 * The way of one request's events, step by step.
 *
 * @param sender what came over the network, where `request` was made of it: its network's budget is used
 */
export const collect = async (
  env: Env,
  request: Request,
  { type, isImport }: Endpoint,
  sender: Request = request,
): Promise<Collected> => {
  const receivedAt = Date.now()
  const workspace = await readWorkspace(env, receivedAt)
  const shownKey = keyOfRequest(request)
  const named = (key: string | undefined): Source | undefined => workspace.sourcesByKey.get(key ?? '')
  /** Refuses the whole request: counted as one, since none of its events is (SPEC WI6). */
  const refuse = (outcome: Failed, source: Source | undefined): Collected => {
    countRefusal(env, source?.id, outcome.body.code)
    if (isListened(receivedAt)) show(env, [itemOfRefusal(outcome, source, receivedAt)])
    return { outcome, source }
  }
  const admit = (key: string | undefined): Result<Source, Failed> => {
    const source = authenticate(workspace, key, request)
    return source.ok && isImport ? mayImport(source.value) : source
  }
  if (shownKey !== undefined) {
    // A key that is known to be wrong spares the reading of the body, and so does a budget that is spent.
    const early = admit(shownKey)
    if (!early.ok) return refuse(early.error, named(shownKey))
    const spent = refuseSpent(early.value, receivedAt)
    if (spent) return refuse(spent, early.value)
  }
  const body = await decode(request, type !== undefined)
  if (!body.ok) return refuse(body.error, named(shownKey))
  const key = shownKey ?? body.value.writeKey
  const admitted = admit(key)
  if (!admitted.ok) return refuse(admitted.error, named(key))
  const source = underLaw(admitted.value, request)
  if (source.budgets?.events !== undefined) {
    const over = await admitEvents(env, source, isImport, body.value.events.length, receivedAt)
    if (over) return refuse(over, source)
  }
  const built = parse(body.value, source, { type, isImport }, receivedAt)
  const parsed = enrich(built, readClient(request, source, env), source, request, signalsOf(request, source, workspace))
  const { ruled, bots } = partBots(applyRules(parsed, source, workspace), source)
  const shown = ruled.held.length > 0 ? { ...ruled, events: [...ruled.events, ...ruled.held] } : ruled
  const vouching = await vouch(body.value, shown, source, workspace.plan, env, receivedAt)
  const gate = createVisitorGate(env, sender, source, isImport)
  const routed = await route(env, ruled, vouching, source, workspace.plan, receivedAt, gate)
  if (source.sample !== undefined) sample(env, parsed, routed.rejected, source, receivedAt)
  // A request that has to come again brings these with it.
  const isWhole = routed.failures.length === 0 && !routed.limited
  if (isWhole && bots.length > 0) await keepBots(env, bots, source, routed)
  const held =
    isWhole && ruled.held.length > 0
      ? await hold(env, ruled.held, body.value.events, vouching, source, workspace.version, receivedAt)
      : nothingHeld
  const outcome = await answer(env, routed, held, source, type !== undefined, receivedAt)
  if ('status' in outcome && outcome.retryAfter !== undefined) return refuse(outcome, source)
  if (isListened(receivedAt))
    show(env, itemsOfEvents(body.value.events, ruled, routed, held, source, workspace, receivedAt))
  const last = 'success' in outcome ? lastTaken(ruled.events, routed.rejected) : undefined
  const cookie = confirmVisitor(request, env, source, workspace, vouching, last, receivedAt)
  return { outcome, source, cookie }
}
