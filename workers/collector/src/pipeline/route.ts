import { type Claimant, identifiersOf, type Plan } from '@spartito/engine'
import { type EpochMs, identifierKey, limits, type Rejection, refusal } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { objectName } from '../visitor/object-name.ts'
import type { IngestReply } from '../visitor/requests.ts'
import { type Parsed, type ParsedEvent, reject } from './parse.ts'

/** The events of a request that go to one object, in one call. */
interface Group {
  address: Claimant
  events: ParsedEvent[]
  /** groups that share an identifier keep their order: they are called one after the other */
  chain: number
}

export interface Routed {
  rejected: Rejection[]
  accepted: number
  duplicate: number
  /** of the last event's visitor */
  audiences: string[]
  /** objects that could not be reached now */
  failures: unknown[]
}

/** How many objects one request calls at a time. */
const concurrency = 32

const group = (parsed: Parsed, source: Source, plan: Plan): { groups: Group[]; rejected: Rejection[] } => {
  const groups = new Map<string, Group>()
  const chainOf = new Map<string, number>()
  const rejected = [...parsed.rejected]
  const maxVisitors = source.kind === 'server' ? limits.visitorsServer : limits.visitorsBrowser
  let chains = 0
  for (const item of parsed.events) {
    const { identifiers, dropped } = identifiersOf(item.event, plan.identifierTypes, plan.blocked)
    const address = identifiers.find(({ class: itsClass }) => itsClass !== 'group')
    if (!address) {
      const reason = dropped[0]
        ? refusal(
            'blocked_identifier',
            `${dropped[0].type} "${dropped[0].value}" identifies nobody, and there is no other`,
          )
        : refusal('missing_identity', 'an event needs an anonymousId or a userId')
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
    const joined = identifiers
      .map((identifier) => chainOf.get(identifierKey(identifier)))
      .filter((c) => c !== undefined)
    const chain = Math.min(...joined, known?.chain ?? chains)
    if (chain === chains) chains++
    for (const identifier of identifiers) chainOf.set(identifierKey(identifier), chain)
    // An event that ties two chains together makes them one.
    for (const other of groups.values()) if (joined.includes(other.chain)) other.chain = chain
    for (const [other, its] of chainOf) if (joined.includes(its)) chainOf.set(other, chain)
    if (known) known.events.push(item)
    else groups.set(key, { address, events: [item], chain })
  }
  return { groups: [...groups.values()], rejected }
}

const deviceOf = ({ events }: Group): string | undefined => events.at(-1)!.event.anonymousId

/** Hands the events to the objects of their strongest identifiers: one call for each visitor and request (SPEC ID4). */
export const route = async (
  env: Env,
  parsed: Parsed,
  source: Source,
  plan: Plan,
  receivedAt: EpochMs,
): Promise<Routed> => {
  const { groups, rejected } = group(parsed, source, plan)
  const routed: Routed = { rejected, accepted: 0, duplicate: 0, audiences: [], failures: [] }
  const namespace = within(env.VISITOR, env.JURISDICTION)
  const lastIndex = Math.max(-1, ...groups.map(({ events }) => events.at(-1)!.index))

  const call = async (target: Group): Promise<void> => {
    const { address, events } = target
    const reply: IngestReply = await namespace.getByName(objectName(address)).ingest({
      address: { type: address.type, value: address.value, class: address.class },
      events: events.map(({ json }) => json),
      receivedAt,
      policy: source.consent?.policy ?? 'opt-in',
      verified: source.kind === 'server',
      anonymousId: deviceOf(target),
      hops: 0,
    })
    routed.accepted += reply.accepted
    routed.duplicate += reply.duplicates.length
    if (events.at(-1)!.index === lastIndex) routed.audiences = reply.audiences
  }

  const chains = [...Map.groupBy(groups, ({ chain }) => chain).values()]
  const follow = async (): Promise<void> => {
    for (let chain = chains.shift(); chain; chain = chains.shift())
      for (const target of chain)
        try {
          await call(target)
        } catch (error) {
          routed.failures.push(error)
        }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, chains.length) }, follow))
  return routed
}
