import { type AudienceChange, type EpochMs, type Event, type Identifier, identifierKey } from '@spartito/protocol'
import { adoptPage, basesOf, type Page } from '../visitor/adopt.ts'
import { attribute } from '../visitor/attribute.ts'
import { catchUp } from '../visitor/catch-up.ts'
import {
  answerClaim,
  type ClaimMessage,
  type ClaimReply,
  type CloseMessage,
  closeMove,
  deferClaim,
  endClaim,
} from '../visitor/claim.ts'
import { nextFlipOf } from '../visitor/decide-audiences.ts'
import { loseDevice, releaseDevice } from '../visitor/device-claim.ts'
import { type Ingest, ingest } from '../visitor/ingest.ts'
import { parseLedger, sealedBlockSize } from '../visitor/ledger.ts'
import { type Claim, type Claimant, newVisitor, type VisitorState } from '../visitor/state.ts'
import type { Plan, Step } from '../visitor/step.ts'
import { takeReply } from '../visitor/take-reply.ts'
import { createMemoryStore } from './memory-store.ts'
import { Fault, type Network, type Process, type Random, type Routine } from './simulated-network.ts'

/** What an object of a device has done that decides whose things are, in its order. */
export type DeviceAct =
  | { kind: 'claim'; message: ClaimMessage }
  | { kind: 'release'; owner: Identifier; at: EpochMs }
  | { kind: 'events'; events: Event[]; at: EpochMs; attempt: Attempt }

/** Whether all of its events are known to have arrived. */
export interface Attempt {
  isDone: boolean
}

const maxHops = 4
const blocksPerFragment = 1_000_000

type Request = Ingest & { address: Claimant; hops: number }

interface World {
  network: Network
  random: Random
  plan: Plan
  visitor(identifier: Identifier): SimulatedVisitor
}

/**
 * A Visitor object as `workers/collector` carries it, without a host: what it stores outlives a crash, all else does not. Each
 * `yield` is where the real one awaits, so that others come between.
 */
export const createSimulatedVisitor = (self: Claimant, world: World) => {
  const { network, random, plan } = world
  const key = identifierKey(self)
  const { ledger, commit: store } = createMemoryStore()
  let stored: VisitorState | undefined
  let state: VisitorState | undefined
  let underWay = new Map<string, Process>()
  const changes: AudienceChange[] = []
  const acts: DeviceAct[] = []
  let isAlarmRunning = false

  const only = (next: VisitorState): Step => ({ state: next, changes: [], appends: [] })
  const commit = (step: Step): void => {
    state = stored = store(step)
    changes.push(...step.changes)
  }
  const stateNow = (): VisitorState => state ?? newVisitor(self, `profile ${key}`)

  function* call<T>(to: Identifier, routine: (peer: SimulatedVisitor) => Routine<T>): Routine<T> {
    const peer = world.visitor(to)
    return yield { kind: 'call', to: identifierKey(to), start: () => routine(peer) }
  }

  function* takeStep(claimKey: string): Routine<boolean> {
    const before = state
    const claim = before?.claims[claimKey]
    if (!before || !claim) return false
    const { mergeId, verified, at, session, identifier } = claim
    switch (claim.step) {
      case 'asking': {
        const message: ClaimMessage = { kind: 'claim', mergeId, claimant: before.self, verified, at, session }
        const reply = yield* call(identifier, (peer) => peer.claim(message))
        yield { kind: 'turn' }
        commit(takeReply(state!, claimKey, reply, plan, ledger, network.now))
        return reply.kind === 'joined'
      }
      case 'pulling': {
        const page = yield* call(identifier, (peer) => peer.pull(mergeId, claim.cursor))
        yield { kind: 'turn' }
        commit(adoptPage(state!, claimKey, page, plan, ledger, network.now))
        return true
      }
      case 'telling':
        yield* call(identifier, (peer) => peer.lose(before.self, at))
        break
      case 'releasing':
        yield* call(identifier, (peer) => peer.release(before.self, at))
        break
      case 'closing': {
        const { profileId, memberships } = before
        const message: CloseMessage = { kind: 'close', mergeId, profileId, audiences: Object.keys(memberships) }
        yield* call(identifier, (peer) => peer.close(message))
      }
    }
    commit(only(endClaim(state!, claimKey, mergeId)))
    return false
  }

  function* carry(claimKey: string): Routine<void> {
    try {
      while (yield* takeStep(claimKey));
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      commit(only(deferClaim(state!, claimKey, network.now)))
    } finally {
      underWay.delete(claimKey)
    }
  }

  function* follow(keys: [string, Claim][]): Routine<void> {
    for (const [claimKey] of keys) {
      const process = underWay.get(claimKey) ?? network.spawn(key, carry(claimKey))
      underWay.set(claimKey, process)
      yield { kind: 'join', process }
    }
  }

  function* pursueAll(isWanted: (claim: Claim) => boolean): Routine<void> {
    const byIdentifier = new Map<string, [string, Claim][]>()
    for (const entry of Object.entries(state?.claims ?? {})) {
      if (!isWanted(entry[1])) continue
      const of = identifierKey(entry[1].identifier)
      byIdentifier.set(of, [...(byIdentifier.get(of) ?? []), entry])
    }
    const processes = [...byIdentifier.values()].map((keys) => network.spawn(key, follow(keys)))
    for (const process of processes) yield { kind: 'join', process }
  }
  const pursue = (): Routine<void> => pursueAll(({ attempts, retryAt }) => attempts === 0 || retryAt <= network.now)
  const hasClaims = (): boolean => Object.keys(state?.claims ?? {}).length > 0

  /** Drops the ledger of what has moved away. */
  const tidy = (): void => {
    if (!state || state.forwarded < state.commit || state.unsure.length > 0) return
    const { leaving = [], ...rest } = state
    if (state.role.kind === 'linked') {
      if (state.fragments.length > 0) commit({ ...only({ ...rest, fragments: [] }), forgets: 'ledger' })
    } else if (leaving.length > 0) commit({ ...only({ ...state, leaving: [] }), forgets: leaving })
  }

  function* take(before: VisitorState, request: Request): Routine<void> {
    // Each request has a block of its own, so that what moves has pages.
    const fragments = before.fragments.map((its) => ({ ...its, blockSize: sealedBlockSize }))
    const result = ingest({ ...before, fragments }, request, plan, ledger, network.now)
    if (result.accepted > 0 || result.changes.length > 0) commit(result)
    yield { kind: 'turn' }
    if (state) state = { ...state, forwarded: state.commit, unsure: [] }
    if (hasClaims()) yield* pursue()
  }

  function* passOn(to: Claimant, request: Request): Routine<void> {
    if (request.hops >= maxHops) throw new Error(`passed on ${maxHops} times: the links form a chain`)
    yield* call(to, (peer) => peer.ingest({ ...request, address: to, hops: request.hops + 1 }))
  }

  const visitor = {
    self,
    key,
    ledger,
    changes,
    acts,
    get state() {
      return stored
    },
    *ingest(request: Request): Routine<void> {
      if (hasClaims()) yield* pursue()
      yield { kind: 'turn' }
      const before = stateNow()
      const { role } = before
      if (role.kind === 'linked' || (role.kind === 'moving' && !role.fragments)) return yield* passOn(role.to, request)
      const attempt = { isDone: false }
      const events = request.events.map((json) => JSON.parse(json) as Event)
      if (self.class === 'device') acts.push({ kind: 'events', events, at: request.receivedAt, attempt })
      const part = (places: readonly number[]): Request => ({
        ...request,
        events: places.map((place) => request.events[place]!),
      })
      const { state: next, own, passed, to } = attribute(before, request.events, plan, ledger, request.receivedAt)
      if (!to) {
        attempt.isDone = true
        return yield* take(next, request)
      }
      if (next !== before) commit(only(next))
      if (own.length > 0) yield* take(next, part(own))
      yield* passOn(to, part(passed))
      attempt.isDone = true
    },
    *claim(message: ClaimMessage): Routine<ClaimReply> {
      yield { kind: 'turn' }
      const { state: next, reply } = answerClaim(stateNow(), message, network.now)
      if (self.class === 'device' && reply.kind === 'joined') acts.push({ kind: 'claim', message })
      if (next !== state) commit(only(next))
      if (hasClaims()) yield* pursueAll(({ step }) => step === 'telling')
      return reply
    },
    *lose(device: Claimant, at: EpochMs): Routine<void> {
      yield { kind: 'turn' }
      if (!state) return
      if (state.role.kind !== 'host') return yield* call(state.role.to, (peer) => peer.lose(device, at))
      commit(only(loseDevice(state, device, at)))
    },
    *release(owner: Claimant, at: EpochMs): Routine<void> {
      yield { kind: 'turn' }
      if (!state) return
      acts.push({ kind: 'release', owner, at })
      const released = releaseDevice(state, owner, at)
      if (released !== state) commit(only(released))
    },
    *pull(mergeId: string, cursor: number): Routine<Page> {
      const role = state?.role
      if (role?.kind !== 'moving' || role.mergeId !== mergeId) return { mergeId, cursor, next: null, blocks: [] }
      const fragments = state!.fragments.filter(({ id }) => !role.fragments || role.fragments.includes(id))
      const all = fragments.flatMap(({ id, identifier }) =>
        [...ledger.blocks(id)].map(({ block, lines }) => ({
          id: id * blocksPerFragment + block,
          fragment: id,
          identifier,
          lines,
        })),
      )
      const left = all.filter(({ id }) => id > cursor).sort((a, b) => a.id - b.id)
      const page = left.slice(0, 1 + random.below(3))
      const bases = cursor === 0 ? basesOf(fragments) : undefined
      return {
        mergeId,
        cursor,
        next: page.length === left.length ? null : page.at(-1)!.id,
        ...(bases !== undefined && { bases }),
        blocks: page.map(({ fragment, identifier, lines }) => ({
          fragment,
          identifier,
          events: parseLedger(lines).map(({ json }) => json),
        })),
      }
    },
    *close(message: CloseMessage): Routine<void> {
      yield { kind: 'turn' }
      if (!state) return
      const closed = closeMove(state, message, plan, ledger, network.now, network.now)
      if (closed.state !== state) commit({ ...closed, appends: [] })
      yield { kind: 'turn' }
      state = { ...state, unsure: [] }
      tidy()
    },
    /** when its alarm is due; Infinity while none is set */
    get dueAt(): EpochMs {
      if (!stored || isAlarmRunning) return Number.POSITIVE_INFINITY
      const retries = Object.values(stored.claims).map(({ retryAt }) => retryAt)
      return Math.min(nextFlipOf(stored) ?? Number.POSITIVE_INFINITY, ...retries)
    },
    startAlarm(): void {
      isAlarmRunning = true
      network.spawn(key, visitor.wake())
    },
    *wake(): Routine<void> {
      try {
        yield { kind: 'turn' }
        const { now } = network
        if (state?.role.kind === 'host') {
          const current = catchUp(state, plan, ledger, now, now)
          if (current.changes.length > 0 || current.state.flips !== state.flips) commit({ ...current, appends: [] })
        }
        yield* pursue()
        tidy()
      } finally {
        isAlarmRunning = false
      }
    },
    /** What is not stored is gone. */
    forget(): void {
      state = stored
      if (state && state.forwarded < state.commit) state = { ...state, forwarded: state.commit, unsure: [state.commit] }
      underWay = new Map()
      isAlarmRunning = false
    },
  }
  return visitor
}

export interface SimulatedVisitor {
  readonly self: Claimant
  readonly key: string
  readonly ledger: ReturnType<typeof createMemoryStore>['ledger']
  readonly changes: readonly AudienceChange[]
  readonly acts: readonly DeviceAct[]
  readonly state: VisitorState | undefined
  readonly dueAt: EpochMs
  ingest(request: Request): Routine<void>
  claim(message: ClaimMessage): Routine<ClaimReply>
  lose(device: Claimant, at: EpochMs): Routine<void>
  release(owner: Claimant, at: EpochMs): Routine<void>
  pull(mergeId: string, cursor: number): Routine<Page>
  close(message: CloseMessage): Routine<void>
  startAlarm(): void
  forget(): void
}
