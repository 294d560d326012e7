import {
  adoptPage,
  type Claim,
  type Claimant,
  type ClaimMessage,
  type ClaimReply,
  type CloseMessage,
  claimMessageOf,
  deferClaim,
  endClaim,
  isClear,
  isCurrent,
  type Page,
  type PartMessage,
  type Plan,
  partMessageOf,
  type Step,
  takeReply,
  type VisitorState,
} from '@spartito/engine'
import { type EpochMs, type Identifier, identifierKey } from '@spartito/protocol'
import type { VisitorStore } from './visitor-store.ts'

/** What a host asks of the object of a weaker identifier. */
interface Peer {
  claim(address: Claimant, message: ClaimMessage): Promise<ClaimReply>
  part(message: PartMessage): Promise<ClaimReply>
  nudge(other: Claimant): Promise<void>
  pull(mergeId: string, cursor: number): Promise<Page>
  close(message: CloseMessage): Promise<void>
  lose(device: Claimant, at: EpochMs, claimSeq?: number): Promise<boolean>
  release(owner: Claimant, at: EpochMs): Promise<void>
}

interface Host {
  store: VisitorStore
  /** a new stub each time: a broken one stays broken */
  peer(identifier: Identifier): Peer
  plan(): Promise<Plan>
  commit(step: Step): Promise<void>
  /** drops from the ledger what has moved away, where the lake has it */
  tidy(): void
}

/**
 * Carries claims through their steps (SPEC ID12): ask, pull page by page, close. Only this side drives, each step is
 * stored before the next, and each may be repeated; what fails is deferred to the alarm.
 */
export const createClaimDriver = (host: Host) => {
  const underWay = new Map<string, Promise<void>>()
  const only = (state: VisitorState): Step => ({ state, changes: [], appends: [] })

  /** @returns whether there is a further step now */
  const takeStep = async (key: string): Promise<boolean> => {
    const before = host.store.state
    const claim = before?.claims[key]
    if (!before || !claim) return false
    const peer = host.peer(claim.identifier)
    const { mergeId, verified, as: claimant = before.self } = claim
    switch (claim.step) {
      case 'asking':
      case 'parting': {
        if (!isClear(before)) host.tidy()
        if (!isClear(host.store.state!)) throw new Error('what has moved away is not yet in the lake')
        const reply = await (claim.step === 'asking'
          ? peer.claim(claim.identifier, claimMessageOf(before, claim))
          : peer.part(partMessageOf(before, claim)))
        // What was refused to a claimed identity is asked again when a token has come meanwhile.
        if (reply.kind === 'refused' && host.store.state!.claims[key]?.verified !== verified) return true
        const plan = await host.plan()
        if (!isCurrent(host.store.state!, key, claim)) return true
        await host.commit(takeReply(host.store.state!, key, reply, plan, host.store, Date.now()))
        if (reply.kind === 'reversed') await peer.nudge(claimant)
        return reply.kind !== 'refused' && reply.kind !== 'busy'
      }
      case 'pulling': {
        const page = await peer.pull(mergeId, claim.cursor)
        const plan = await host.plan()
        await host.commit(adoptPage(host.store.state!, key, page, plan, host.store, Date.now()))
        return true
      }
      case 'telling': {
        const isTold = await peer.lose(claimant, claim.at, claim.claimSeq)
        if (!isTold) {
          await host.commit(only(deferClaim(host.store.state!, key, Date.now())))
          return false
        }
        await host.commit(only(endClaim(host.store.state!, key, mergeId)))
        return false
      }
      case 'releasing': {
        await peer.release(claimant, claim.at)
        await host.commit(only(endClaim(host.store.state!, key, mergeId)))
        return false
      }
      case 'closing': {
        const { profileId, memberships } = before
        await peer.close({ kind: 'close', mergeId, profileId, audiences: Object.keys(memberships) })
        await host.commit(only(endClaim(host.store.state!, key, mergeId)))
        return false
      }
    }
  }

  const carry = async (key: string): Promise<void> => {
    try {
      while (await takeStep(key));
    } catch (error) {
      console.error(JSON.stringify({ at: 'visitor.claim', error: String(error) }))
      await host.commit(only(deferClaim(host.store.state!, key, Date.now())))
    } finally {
      underWay.delete(key)
    }
  }

  /** One at a time: who comes while a claim is carried on waits for it. */
  const pursue = (key: string): Promise<void> => {
    const promise = underWay.get(key) ?? carry(key)
    underWay.set(key, promise)
    return promise
  }

  const pursueAll = async (isWanted: (claim: Claim) => boolean): Promise<void> => {
    const wanted = Object.entries(host.store.state?.claims ?? {}).filter(([, claim]) => isWanted(claim))
    // What concerns one identifier is done in its order: a device that was signed in and out is claimed first.
    const byIdentifier = Map.groupBy(wanted, ([, { identifier }]) => identifierKey(identifier))
    const follow = async (keys: [string, Claim][]): Promise<void> => {
      for (const [key] of keys) await pursue(key)
    }
    const isOfDevice = ([first]: [string, Claim][]): boolean => first![1].identifier.class === 'device'
    const groups = [...byIdentifier.values()]
    // A device is told which contacts are theirs who claim it: so these come first (ID7).
    await Promise.all(groups.filter((keys) => !isOfDevice(keys)).map(follow))
    await Promise.all(groups.filter(isOfDevice).map(follow))
  }

  return {
    hasClaims(): boolean {
      for (const _key in host.store.state?.claims) return true
      return false
    },
    /** Tells those who have to know, and takes out what somebody else is about to take in; asks nobody else. */
    settle: (): Promise<void> => pursueAll(({ step }) => step === 'telling' || step === 'parting'),
    /** Carries on what claims one identifier; what is under way already is not waited for, since it may wait for who asks. */
    async claiming(other: Identifier): Promise<void> {
      const isIt = ([key, claim]: [string, Claim]): boolean =>
        identifierKey(claim.identifier) === identifierKey(other) && !underWay.has(key)
      for (const [key] of Object.entries(host.store.state?.claims ?? {}).filter(isIt)) await pursue(key)
    },
    /** Claims that have not failed yet, and those that are due again after a failure or a crash. */
    pursue: (now: number): Promise<void> => pursueAll(({ attempts, retryAt }) => attempts === 0 || retryAt <= now),
  }
}

export type ClaimDriver = ReturnType<typeof createClaimDriver>
