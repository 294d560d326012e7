import { type Identifier, identifierKey } from '@spartito/protocol'
import { adoptPage } from '../visitor/adopt.ts'
import { type CloseMessage, claimMessageOf, deferClaim, endClaim, isClear, isCurrent } from '../visitor/claim.ts'
import { partMessageOf } from '../visitor/part.ts'
import type { Claim, VisitorState } from '../visitor/state.ts'
import type { Ledger, Plan, Step } from '../visitor/step.ts'
import { takeReply } from '../visitor/take-reply.ts'
import { Fault, type Network, type Process, type Routine } from './simulated-network.ts'
import type { SimulatedVisitor } from './simulated-visitor.ts'

interface Body {
  key: string
  network: Network
  plan: Plan
  ledger: Ledger
  state(): VisitorState | undefined
  commit(step: Step): void
  call<T>(to: Identifier, routine: (peer: SimulatedVisitor) => Routine<T>): Routine<T>
  tidy(): void
}

const only = (next: VisitorState): Step => ({ state: next, changes: [], appends: [] })

/** Carries the claims of a simulated object through their steps, as the collector's driver does. */
export const createSimulatedClaims = ({ key, network, plan, ledger, state, commit, call, tidy }: Body) => {
  let underWay = new Map<string, Process>()

  function* takeStep(claimKey: string): Routine<boolean> {
    const before = state()
    const claim = before?.claims[claimKey]
    if (!before || !claim) return false
    const { mergeId, at, identifier, claimSeq, as: claimant = before.self } = claim
    const isAsking = claim.step === 'asking' || claim.step === 'parting'
    if (isAsking && !isClear(before)) tidy()
    if (isAsking && !isClear(state()!)) throw new Fault('not yet clear')
    switch (claim.step) {
      case 'asking':
      case 'parting': {
        const current = state()!
        const reply = yield* call(identifier, (peer) =>
          claim.step === 'asking'
            ? peer.claim(claimMessageOf(current, claim))
            : peer.part(partMessageOf(current, claim)),
        )
        yield { kind: 'turn' }
        if (!isCurrent(state()!, claimKey, claim)) return true
        commit(takeReply(state()!, claimKey, reply, plan, ledger, network.now))
        if (reply.kind === 'reversed') yield* call(identifier, (peer) => peer.nudge(claimant))
        return reply.kind !== 'refused' && reply.kind !== 'busy'
      }
      case 'pulling': {
        const page = yield* call(identifier, (peer) => peer.pull(mergeId, claim.cursor))
        yield { kind: 'turn' }
        commit(adoptPage(state()!, claimKey, page, plan, ledger, network.now))
        return true
      }
      case 'telling':
        if (yield* call(identifier, (peer) => peer.lose(claimant, at, claimSeq))) break
        commit(only(deferClaim(state()!, claimKey, network.now)))
        return false
      case 'releasing':
        yield* call(identifier, (peer) => peer.release(claimant, at))
        break
      case 'closing': {
        const { profileId, memberships } = before
        const message: CloseMessage = { kind: 'close', mergeId, profileId, audiences: Object.keys(memberships) }
        yield* call(identifier, (peer) => peer.close(message))
      }
    }
    commit(only(endClaim(state()!, claimKey, mergeId)))
    return false
  }

  function* carry(claimKey: string): Routine<void> {
    try {
      while (yield* takeStep(claimKey));
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      commit(only(deferClaim(state()!, claimKey, network.now)))
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
    for (const entry of Object.entries(state()?.claims ?? {})) {
      if (!isWanted(entry[1])) continue
      const of = identifierKey(entry[1].identifier)
      byIdentifier.set(of, [...(byIdentifier.get(of) ?? []), entry])
    }
    const isOfDevice = ([entry]: [string, Claim][]): boolean => entry![1].identifier.class === 'device'
    for (const isNext of [false, true]) {
      const groups = [...byIdentifier.values()].filter((keys) => isOfDevice(keys) === isNext)
      const processes = groups.map((keys) => network.spawn(key, follow(keys)))
      for (const process of processes) yield { kind: 'join', process }
    }
  }
  const pursue = (): Routine<void> => pursueAll(({ attempts, retryAt }) => attempts === 0 || retryAt <= network.now)

  return {
    pursue,
    settle: (): Routine<void> => pursueAll(({ step }) => step === 'telling' || step === 'parting'),
    *claiming(other: Identifier): Routine<void> {
      for (const [claimKey, claim] of Object.entries(state()?.claims ?? {})) {
        if (identifierKey(claim.identifier) !== identifierKey(other) || underWay.has(claimKey)) continue
        const process = network.spawn(key, carry(claimKey))
        underWay.set(claimKey, process)
        yield { kind: 'join', process }
      }
    },
    hasClaims: (): boolean => Object.keys(state()?.claims ?? {}).length > 0,
    /** What was under way is gone. */
    forget(): void {
      underWay = new Map()
    },
  }
}
