import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { readCookie } from '../identity/visitor-cookie.ts'
import { objectName } from '../visitor/object-name.ts'
import type { IngestReply, IngestRequest } from '../visitor/requests.ts'
import { askBudget } from './ask-budget.ts'
import { budgetsOf } from './budgets-of.ts'
import { createLeases } from './leases.ts'
import { createLimitedVisitors } from './limited-visitors.ts'
import { networkOf } from './network-of.ts'
import { createStrangers } from './strangers.ts'

export type Refused = NonNullable<IngestReply['refused']>

type Limits = Pick<IngestRequest, 'mayBegin' | 'maxPerMinute'>

/** Makes the call to a visitor's object within the budgets of its source. */
export type VisitorGate = (name: string, ingest: (limits: Limits) => Promise<IngestReply>) => Promise<IngestReply>

const leases = createLeases()
const limited = createLimitedVisitors()
const strangers = createStrangers()

const refusedReply = (why: Refused['why'], retryAfterMs: number): IngestReply => ({
  accepted: 0,
  duplicates: [],
  audiences: [],
  refused: { why, retryAfterMs },
})

/**
 * The budgets of a visitor and of new visitors (SPEC WS). Only a visitor's object knows whether it is new, so it is told whether it may
 * begin: where this isolate holds a permit, it may, and a permit that was not used goes back. Where it holds none, a new visitor costs a
 * call more, and who is known never does. While the budget of a network is spent, only some of those are asked for whom this isolate has
 * not met and who do not show the collector's own cookie.
 */
export const createVisitorGate = (env: Env, request: Request, source: Source, isImport: boolean): VisitorGate => {
  const { newVisitors, visitorEvents } = budgetsOf(source, env, isImport)
  const ofVisitor = visitorEvents === undefined ? {} : { maxPerMinute: visitorEvents }
  const key = newVisitors === undefined ? '' : `${source.id} ${networkOf(request)}`

  /** Whether the request's cookie says that its visitor has been here. */
  const isConfirmed = (name: string): boolean => {
    const shown = readCookie(request, env, source.id, Date.now())
    if (!shown) return false
    const { anonymousId, person } = shown
    return (
      name === objectName({ type: 'anonymous_id', value: anonymousId }) ||
      (person !== undefined && name === objectName({ type: 'user_id', value: person.userId }))
    )
  }

  const begin = async (name: string, ingest: (limits: Limits) => Promise<IngestReply>): Promise<IngestReply> => {
    if (newVisitors === undefined) return ingest(ofVisitor)
    const now = Date.now()
    const spentMs = leases.spentMs(key, now)
    const isSpent = spentMs > 0 && !strangers.hasMet(name) && !strangers.mayAsk(key, newVisitors, now)
    if (isSpent && !isConfirmed(name)) return refusedReply('new visitor', spentMs)
    const mayBegin = leases.use(key, 1, Date.now())
    const reply = await ingest({ ...ofVisitor, mayBegin })
    if (mayBegin && !reply.began) leases.giveBack(key, 1)
    if (reply.refused?.why !== 'new visitor') return reply
    const waitMs = await leases.obtain(key, 1, newVisitors, Date.now(), askBudget(env, key, newVisitors))
    if (waitMs > 0) return refusedReply('new visitor', waitMs)
    const second = await ingest({ ...ofVisitor, mayBegin: true })
    if (!second.began) leases.giveBack(key, 1)
    return second
  }

  return async (name, ingest) => {
    const waitMs = limited.waitMs(name, Date.now())
    if (waitMs > 0) return refusedReply('rate', waitMs)
    const reply = await begin(name, ingest)
    if (!reply.refused) strangers.meet(name)
    if (reply.refused?.why === 'rate') limited.limit(name, Date.now() + reply.refused.retryAfterMs)
    return reply
  }
}
