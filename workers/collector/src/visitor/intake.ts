import {
  attribute,
  type Claimant,
  exposedAudiences,
  holds,
  ingest,
  movedTo,
  type Plan,
  type Step,
  type VisitorState,
} from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import { createAdmission } from './admission.ts'
import type { AlarmPlan } from './alarm-plan.ts'
import { askOwners } from './ask-owners.ts'
import type { createBurial } from './burial.ts'
import type { ClaimDriver } from './claim-driver.ts'
import type { EventForwarder } from './event-forwarder.ts'
import type { createPassing } from './pass-on.ts'
import { joinReplies, type PartReply, part } from './request-parts.ts'
import type { IngestReply, IngestRequest } from './requests.ts'
import type { VisitorStore } from './visitor-store.ts'

interface Host {
  store: VisitorStore
  forwarder: EventForwarder
  claims: ClaimDriver
  alarm: AlarmPlan
  burial: ReturnType<typeof createBurial>
  passing: ReturnType<typeof createPassing>
  stateFor(self: Claimant): VisitorState
  peer(identifier: Identifier): { knows(hashes: readonly string[]): Promise<string[]> }
  plan(): Promise<Plan>
  commit(step: Step, hasEvents: boolean): Promise<void>
  arm(): Promise<void> | undefined
}

/** Takes the events of one request into the profile that they are of, here or at another object, unless they are over a budget (SPEC WS) or of somebody who was erased (CO7). */
export const createIntake = (host: Host) => {
  const { store, forwarder, claims, alarm, burial, passing, stateFor, peer, plan: readPlan, commit, arm } = host
  const admit = createAdmission(store)

  /** Takes events into the profile that this object hosts. */
  const take = async (before: VisitorState, request: IngestRequest, plan: Plan): Promise<IngestReply> => {
    const vouched = request.verified ? 'all' : (request.vouched ?? [])
    const result = ingest(before, { ...request, vouched }, plan, store, Date.now())
    if (result.accepted > 0) forwarder.expect(Date.now())
    const sent = result.accepted > 0 || result.changes.length > 0 ? commit(result, result.accepted > 0) : undefined
    const dueAt = forwarder.dueAt()
    if (result.accepted > 0) {
      const { events: all } = request
      const events =
        result.duplicates.length === 0 ? all : all.filter((_event, index) => !result.duplicates.includes(index))
      await forwarder.send(result.state.commit, events)
    }
    // A copy may come because the answer to the first was lost, and what it should have sent with it (DE1).
    if (result.duplicates.length > 0) await forwarder.resend(true)
    await sent
    if (claims.hasClaims()) await claims.pursue(Date.now())
    // The commit has planned the alarm for what was due by then.
    if (!sent || claims.hasClaims() || forwarder.dueAt() !== dueAt) await arm()
    const asker = { anonymousId: request.anonymousId, verified: request.verified || request.seesWhole === true }
    const audiences = exposedAudiences(store.state ?? result.state, plan, asker)
    const { accepted, duplicates } = result
    return { accepted, duplicates, audiences, ...(request.hops > 0 && { takenBy: result.state.self }) }
  }

  /** Takes them here or at the object that this one links to. */
  const collect = async (request: IngestRequest): Promise<IngestReply> => {
    const { tombstone } = store
    if (!alarm.isOpen()) await alarm.open()
    // What is moving here may hold copies of these events: they are known by it once it has arrived.
    if (claims.hasClaims()) await claims.pursue(Date.now())
    const plan = await readPlan()
    const known = await askOwners(store, peer, request, plan)
    // From here to the commit nothing is awaited: no other request comes between.
    burial.refuseSince(tombstone)
    const before = stateFor(request.address)
    const moved = movedTo(before)
    if (moved) return passing.to(request, moved)
    if (request.via && !holds(before, request.via)) return passing.back(request, request.via)
    const { events, receivedAt } = request
    const { state, own, passed, to, copies } = attribute(before, events, plan, store, receivedAt, known)
    if (!to && copies.length === 0) return take(state, request, plan)
    if (state !== before) store.commit({ state })
    const replies: PartReply[] = []
    if (own.length > 0) replies.push({ places: own, reply: await take(state, part(request, own), plan) })
    if (to) replies.push({ places: passed, reply: await passing.to(part(request, passed), to) })
    for (const { to: taker, places } of copies) {
      // Who is vouched for here is not whom these are of.
      const copy = { ...part(request, places), seesWhole: false }
      replies.push({ places, reply: await passing.to(copy, taker) })
    }
    return joinReplies(events.length, replies)
  }

  /** Takes what a tombstone lets come (CO7). */
  const sift = async (request: IngestRequest): Promise<IngestReply> => {
    const sifted = burial.sift(request)
    if (!sifted) return collect(request)
    const { kept: places, gone } = sifted
    if (places.length === 0) return { accepted: 0, duplicates: [], audiences: [], gone }
    const reply = await collect(part(request, places))
    const joined = joinReplies(request.events.length, [{ places, reply }])
    return { ...joined, gone: [...(joined.gone ?? []), ...gone] }
  }

  return async (request: IngestRequest): Promise<IngestReply> => {
    const refused = admit(request, Date.now())
    if (refused) return refused
    const isNew = request.mayBegin === true && store.state === undefined
    const reply = store.tombstone ? await sift(request) : await collect(request)
    if (isNew) reply.began = true
    return reply
  }
}
