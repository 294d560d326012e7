import { type AudienceChange, type EpochMs, type Event, type Identifier, identifierKey } from '@spartito/protocol'
import { hash53 } from '../hash.ts'
import { basesOf, originOf, type Page } from '../visitor/adopt.ts'
import { attribute } from '../visitor/attribute.ts'
import { catchUp } from '../visitor/catch-up.ts'
import {
  answerClaim,
  type ClaimMessage,
  type ClaimReply,
  type CloseMessage,
  type PartMessage,
} from '../visitor/claim.ts'
import { closeMove } from '../visitor/close-move.ts'
import { type Copies, noCopies, questionsAbout, withAnswer } from '../visitor/copies.ts'
import { nextFlipOf } from '../visitor/decide-audiences.ts'
import { loseDevice, mayLearnOf, releaseDevice } from '../visitor/device-claim.ts'
import { type Ingest, ingest } from '../visitor/ingest.ts'
import { parseLedger, sealedBlockSize } from '../visitor/ledger.ts'
import { answerPart, separateFrom } from '../visitor/part.ts'
import { comingFrom, holds, movedTo, rememberHost, wayTo } from '../visitor/path.ts'
import { type Claimant, newVisitor, type VisitorState } from '../visitor/state.ts'
import type { Plan, Step } from '../visitor/step.ts'
import { createMemoryStore } from './memory-store.ts'
import { createSimulatedClaims } from './simulated-claims.ts'
import { Fault, type Network, type Random, type Routine } from './simulated-network.ts'

/** What an object of a device has done that decides whose things are, in its order; `stillHere` are messageIds that its ledger has. */
export type DeviceAct =
  | { kind: 'claim'; message: ClaimMessage }
  | { kind: 'release'; owner: Identifier; at: EpochMs }
  | { kind: 'events'; events: Event[]; at: EpochMs; attempt: Attempt; stillHere: ReadonlySet<string> }

/** After how many acts of the device all of its events were known to have arrived; never, where that is not known. */
export interface Attempt {
  doneAfter: number | undefined
}

/** What an administrator takes apart. */
type Merge = Parameters<typeof separateFrom>[1]

const maxHops = 16
const blocksPerFragment = 1_000_000

type Request = Ingest & { address: Claimant; hops: number }

interface World {
  network: Network
  random: Random
  plan: Plan
  visitor(identifier: Identifier): SimulatedVisitor
  /** states are kept as they are, and not as their JSON comes back */
  isQuick: boolean
}

/**
 * A Visitor object as `workers/collector` carries it, without a host: what it stores outlives a crash, all else does not. Each
 * `yield` is where the real one awaits, so that others come between.
 */
export const createSimulatedVisitor = (self: Claimant, world: World) => {
  const { network, random, plan } = world
  const key = identifierKey(self)
  const { ledger, commit: store } = createMemoryStore(undefined, world.isQuick)
  let stored: VisitorState | undefined
  let state: VisitorState | undefined
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

  /** Drops the ledger of what has moved away. */
  const tidy = (): void => {
    if (!state || state.forwarded < state.commit || state.unsure.length > 0) return
    const { leaving = [], ...rest } = state
    if (state.role.kind === 'linked') {
      if (state.fragments.length > 0) commit({ ...only({ ...rest, fragments: [] }), forgets: 'ledger' })
    } else if (leaving.length > 0) commit({ ...only({ ...state, leaving: [] }), forgets: leaving })
  }

  const claims = createSimulatedClaims({ key, network, plan, ledger, state: () => state, commit, call, tidy })
  const { hasClaims, pursue } = claims

  function* take(before: VisitorState, request: Request): Routine<void> {
    // Each request has a block of its own, so that what moves has pages.
    const fragments = before.fragments.map((its) => ({ ...its, blockSize: sealedBlockSize }))
    const result = ingest({ ...before, fragments }, request, plan, ledger, network.now)
    if (result.accepted > 0 || result.changes.length > 0) commit(result)
    yield { kind: 'turn' }
    if (state) state = { ...state, forwarded: state.commit, unsure: [] }
    if (hasClaims()) yield* pursue()
  }

  function* passOn(to: Claimant, request: Request): Routine<Claimant> {
    if (request.hops >= maxHops) throw new Fault(`passed on ${maxHops} times`)
    const { address, via } = wayTo(state!, to, request.via)
    const { via: _via, ...rest } = request
    const passed: Request = { ...rest, address, ...(via && { via }), hops: request.hops + 1 }
    const taken = yield* call(address, (peer) => peer.ingest(passed))
    yield { kind: 'turn' }
    const next = state && rememberHost(state, to, taken)
    if (next && next !== state) commit(only(next))
    return taken
  }

  /** Finds out whose owners have which of the events already. */
  function* askOwners({ events, receivedAt }: Request): Routine<Copies> {
    let known = noCopies
    for (;;) {
      const questions = questionsAbout(stateNow(), events, plan, ledger, receivedAt, known)
      if (questions.length === 0) return known
      for (const question of questions) {
        const has = yield* call(question.owner, (peer) => peer.knows(question.hashes))
        known = withAnswer(known, question, has)
      }
    }
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
    *ingest(request: Request): Routine<Claimant> {
      if (hasClaims()) yield* pursue()
      yield { kind: 'turn' }
      const { receivedAt } = request
      const known = yield* askOwners(request)
      const before = stateNow()
      const moved = movedTo(before)
      if (moved) return yield* passOn(moved, request)
      const { via } = request
      // It has been taken out of this profile since.
      if (via && !holds(before, via)) {
        const { via: _gone, ...rest } = request
        if (request.hops >= maxHops) throw new Fault(`passed on ${maxHops} times`)
        return yield* call(via, (peer) => peer.ingest({ ...rest, address: via, hops: request.hops + 1 }))
      }
      const attempt: Attempt = { doneAfter: undefined }
      const done = (): void => {
        attempt.doneAfter = acts.length
      }
      const events = request.events.map((json) => JSON.parse(json) as Event)
      const stillHere = new Set(events.flatMap(({ messageId }) => (ledger.has(hash53(messageId)) ? [messageId] : [])))
      if (self.class === 'device') acts.push({ kind: 'events', events, at: receivedAt, attempt, stillHere })
      const part = (places: readonly number[]): Request => ({
        ...request,
        events: places.map((place) => request.events[place]!),
      })
      const attribution = attribute(before, request.events, plan, ledger, receivedAt, known)
      const { state: next, own, passed, to, copies } = attribution
      if (!to && copies.length === 0) {
        done()
        yield* take(next, request)
        return self
      }
      if (next !== before) commit(only(next))
      if (own.length > 0) yield* take(next, part(own))
      const taken = to ? yield* passOn(to, part(passed)) : self
      for (const { to: owner, places } of copies) yield* passOn(owner, part(places))
      done()
      return taken
    },
    *knows(hashes: readonly string[], isSelfAlone = false): Routine<string[]> {
      if (hasClaims()) yield* pursue()
      yield { kind: 'turn' }
      const its = hashes.filter((hash) => ledger.has(hash))
      const left = hashes.filter((hash) => !ledger.has(hash))
      if (left.length === 0 || isSelfAlone || !state) return its
      const to = movedTo(state)
      if (to) return [...its, ...(yield* call(to, (peer) => peer.knows(left)))]
      for (const from of comingFrom(state)) its.push(...(yield* call(from, (peer) => peer.knows(left, true))))
      return its
    },
    *claim(message: ClaimMessage): Routine<ClaimReply> {
      yield { kind: 'turn' }
      const { state: next, reply } = answerClaim(stateNow(), message, network.now)
      if (self.class === 'device' && reply.kind === 'joined') acts.push({ kind: 'claim', message })
      if (next !== state) commit(only(next))
      if (hasClaims()) yield* claims.settle()
      return reply
    },
    *nudge(other: Claimant): Routine<void> {
      yield* claims.claiming(other)
    },
    *part(message: PartMessage): Routine<ClaimReply> {
      yield { kind: 'turn' }
      const { reply, ...step } = answerPart(stateNow(), message, plan, ledger, network.now)
      if (step.state !== state) commit(step)
      return reply
    },
    /** An administrator takes it out of a profile. */
    *separate(merge: Merge): Routine<void> {
      yield { kind: 'turn' }
      const next = state && separateFrom(state, merge, network.now)
      if (!next) return
      if (next !== state) commit(only(next))
      yield* pursue()
    },
    *lose(device: Claimant, at: EpochMs, claimSeq?: number): Routine<boolean> {
      yield { kind: 'turn' }
      if (!state) return true
      const to = movedTo(state)
      if (to) return yield* call(to, (peer) => peer.lose(device, at, claimSeq))
      if (mayLearnOf(state, device)) return false
      commit(only(loseDevice(state, device, at, claimSeq)))
      return true
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
      const all = fragments.flatMap((its) =>
        [...ledger.blocks(its.id)].map(({ block, lines }) => ({
          id: its.id * blocksPerFragment + block,
          fragment: its.id,
          ...originOf(its),
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
        blocks: page.map(({ id: _id, lines, ...origin }) => ({
          ...origin,
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
      const flip = movedTo(stored) ? undefined : nextFlipOf(stored)
      return Math.min(flip ?? Number.POSITIVE_INFINITY, ...retries)
    },
    startAlarm(): void {
      isAlarmRunning = true
      network.spawn(key, visitor.wake())
    },
    *wake(): Routine<void> {
      try {
        yield { kind: 'turn' }
        const { now } = network
        if (state && !movedTo(state)) {
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
      claims.forget()
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
  ingest(request: Request): Routine<Claimant>
  knows(hashes: readonly string[], isSelfAlone?: boolean): Routine<string[]>
  claim(message: ClaimMessage): Routine<ClaimReply>
  nudge(other: Claimant): Routine<void>
  part(message: PartMessage): Routine<ClaimReply>
  separate(merge: Merge): Routine<void>
  lose(device: Claimant, at: EpochMs, claimSeq?: number): Routine<boolean>
  release(owner: Claimant, at: EpochMs): Routine<void>
  pull(mergeId: string, cursor: number): Routine<Page>
  close(message: CloseMessage): Routine<void>
  startAlarm(): void
  forget(): void
}
