import { type BadToken, type Claimant, type Plan, stitchingIdentifiers, vouchesFor } from '@spartito/engine'
import {
  type EpochMs,
  identifierKey,
  limits,
  normalizeIdentifier,
  policyUnder,
  type Rejection,
  refusal,
} from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Refused, VisitorGate } from '../defence/visitor-gate.ts'
import type { Env } from '../env.ts'
import type { Vouching } from '../identity/vouch.ts'
import { within } from '../jurisdiction.ts'
import { callIngest } from '../visitor/call-ingest.ts'
import { objectName } from '../visitor/object-name.ts'
import type { IngestReply, IngestRequest } from '../visitor/requests.ts'
import { onceMore } from './once-more.ts'
import { type Parsed, type ParsedEvent, reject } from './parse.ts'

/** The events of a request that go to one object, in one call. */
interface Group {
  address: Claimant
  events: ParsedEvent[]
}

export interface Routed {
  rejected: Rejection[]
  /** what the lake alone has, and counts: it is told beside what is rejected */
  keptOut: Rejection[]
  accepted: number
  /** those that their profiles had already */
  duplicates: ParsedEvent[]
  /** of the last event's visitor */
  audiences: string[]
  /** objects that could not be reached now */
  failures: unknown[]
  /** events of those, by their places in the request */
  unreached: Set<number>
  /** the visitor over a budget that has to wait the longest */
  limited?: Refused
  /** events that were taken though their token vouches for nobody */
  badTokens: number
}

/** Why events of a person who was erased are not taken (CO7). */
const whyGone = {
  erased: 'it was collected before its person was erased, or nothing tells that it was not: it is not to be sent again',
  suppressed: 'its person is suppressed: an administrator has to lift that before anything is taken',
} as const

/** How many objects one request calls at a time. */
const concurrency = 32

/** Sets of identifiers that events of a request show together, by union-find; each set is known by one of its members. */
const createTies = () => {
  const parents = new Map<string, string>()
  const find = (key: string): string => {
    const parent = parents.get(key)
    if (parent === undefined || parent === key) return key
    const root = find(parent)
    parents.set(key, root)
    return root
  }
  return { find, tie: (a: string, b: string): void => void parents.set(find(a), find(b)) }
}

/**
 * Groups a request's events by the object that they go to, and these into chains: groups that share an identifier keep
 * their order and are called one after the other.
 */
const group = (
  parsed: Parsed,
  vouching: Vouching,
  source: Source,
  plan: Plan,
): { chains: Group[][]; rejected: Rejection[] } => {
  const groups = new Map<string, Group>()
  const ties = createTies()
  const rejected = [...parsed.rejected]
  const maxVisitors = source.kind === 'server' ? limits.visitorsServer : limits.visitorsBrowser
  for (const item of parsed.events) {
    const { identifiers, dropped } = stitchingIdentifiers(item.event, plan, vouching.of(item.event))
    const address = identifiers.find(({ class: itsClass }) => itsClass !== 'group')
    if (!address) {
      const reason = dropped[0]
        ? refusal(
            'blocked_identifier',
            `${dropped[0].type} "${dropped[0].value}" identifies nobody, and there is no other`,
          )
        : refusal(
            'missing_identity',
            plan.isStrict
              ? 'an event needs an anonymousId, or a userId with a token of your server: the workspace is strict'
              : 'an event needs an anonymousId or a userId',
          )
      rejected.push(reject(item.index, item.event.messageId, reason))
      continue
    }
    const key = identifierKey(address)
    const known = groups.get(key)
    if (!known && groups.size >= maxVisitors) {
      const message = `a request may hold ${maxVisitors} visitors: split it`
      rejected.push(reject(item.index, item.event.messageId, refusal('too_large_batch', message)))
      continue
    }
    for (const identifier of identifiers) ties.tie(identifierKey(identifier), key)
    if (known) known.events.push(item)
    else groups.set(key, { address, events: [item] })
  }
  const chains = Map.groupBy(groups.values(), ({ address }) => ties.find(identifierKey(address)))
  return { chains: [...chains.values()], rejected }
}

const deviceOf = ({ events }: Group): string | undefined => events.at(-1)!.event.anonymousId

/** What the object keeps of bad tokens: for whom, and why. In strict mode it may be the device that hears of it. */
const badTokensOf = ({ address, events }: Group, { faults }: Vouching): BadToken[] =>
  events.flatMap(({ index, event: { messageId, userId } }) => {
    const reason = faults.get(index)
    if (!reason) return []
    const value = normalizeIdentifier('user_id', userId)
    const identifier = value ? { type: 'user_id', value } : { type: address.type, value: address.value }
    return [{ messageId, identifier, reason }]
  })

/** Hands the events to the objects of their strongest identifiers: one call for each visitor and request (SPEC ID4). */
export const route = async (
  env: Env,
  parsed: Parsed,
  vouching: Vouching,
  source: Source,
  plan: Plan,
  receivedAt: EpochMs,
  gate: VisitorGate,
): Promise<Routed> => {
  const { chains, rejected } = group(parsed, vouching, source, plan)
  const routed: Routed = {
    rejected,
    keptOut: [],
    accepted: 0,
    duplicates: [],
    audiences: [],
    failures: [],
    unreached: new Set(),
    badTokens: 0,
  }
  const namespace = within(env.VISITOR, env.JURISDICTION)
  const lastIndex = Math.max(-1, ...chains.flat().map(({ events }) => events.at(-1)!.index))

  const call = async (target: Group): Promise<void> => {
    const { address, events } = target
    const badTokens = badTokensOf(target, vouching)
    // All events of a person's object are this person's, so what is vouched for of one is vouched for of each.
    const vouched = vouching.of(events.at(-1)!.event)
    const name = objectName(address)
    const request: IngestRequest = {
      address: { type: address.type, value: address.value, class: address.class },
      events: events.map(({ json }) => json),
      receivedAt,
      policy: policyUnder(source.consent?.policy),
      verified: source.kind === 'server',
      anonymousId: deviceOf(target),
      hops: 0,
    }
    if (vouched !== 'all' && vouched.length > 0) {
      request.vouched = vouched
      request.seesWhole = vouchesFor(vouched, address)
    }
    if (badTokens.length > 0) request.badTokens = badTokens
    const reply: IngestReply = await gate(name, (budgets) =>
      onceMore(() => callIngest(namespace.getByName(name), { ...request, ...budgets })),
    )
    if (reply.refused) {
      if (!(routed.limited && routed.limited.retryAfterMs >= reply.refused.retryAfterMs)) routed.limited = reply.refused
      return
    }
    routed.accepted += reply.accepted
    for (const { code, places } of reply.gone ?? [])
      for (const place of places) {
        const { index, event } = events[place]!
        routed.rejected.push(reject(index, event.messageId, refusal(code, whyGone[code])))
      }
    for (const place of reply.duplicates) routed.duplicates.push(events[place]!)
    const copies = new Set([...reply.duplicates, ...(reply.gone ?? []).flatMap(({ places }) => places)])
    for (const [place, { index }] of events.entries())
      if (vouching.faults.has(index) && !copies.has(place)) routed.badTokens++
    if (events.at(-1)!.index === lastIndex) routed.audiences = reply.audiences
  }

  const follow = async (): Promise<void> => {
    for (let chain = chains.shift(); chain; chain = chains.shift())
      for (const target of chain)
        try {
          await call(target)
        } catch (error) {
          routed.failures.push(error)
          for (const { index } of target.events) routed.unreached.add(index)
        }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, chains.length) }, follow))
  return routed
}
