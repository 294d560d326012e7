import {
  answerClaim,
  answerPart,
  beginJoin,
  type Claimant,
  type ClaimMessage,
  type ClaimReply,
  type CloseMessage,
  closeMove,
  comingFrom,
  loseDevice,
  mayLearnOf,
  movedTo,
  type PartMessage,
  type Plan,
  releaseDevice,
  type Step,
  separateFrom,
  unblock,
  type VisitorState,
} from '@spartito/engine'
import type { EpochMs, Identifier } from '@spartito/protocol'
import type { AlarmPlan } from './alarm-plan.ts'
import type { ClaimDriver } from './claim-driver.ts'
import type { EventForwarder } from './event-forwarder.ts'
import type { VisitorStore } from './visitor-store.ts'

/** A merge that an administrator takes apart: what it brought to `holder`, where it was joined to `into`. */
export interface Separation {
  holder: Claimant
  into: Claimant
  unmerges: string
}

interface Peer {
  knows(hashes: readonly string[], isSelfAlone?: boolean): Promise<string[]>
  lose(device: Claimant, at: EpochMs, claimSeq?: number): Promise<boolean>
}

interface Host {
  store: VisitorStore
  events: EventForwarder
  claims: ClaimDriver
  alarm: AlarmPlan
  stateFor(self: Claimant): VisitorState
  /** a new stub each time: a broken one stays broken */
  peer(identifier: Identifier): Peer
  plan(): Promise<Plan>
  commit(step: Step): Promise<void>
  /** drops from the ledger what has moved away, where the lake has it */
  tidy(): void
  /** @throws Error while its person is being erased */
  refuse(): void
  /** whether what comes is refused until that is lifted (CO7) */
  isSuppressed(): boolean
}

/**
 * What the objects of identifiers, and administrators, ask of one about who is joined to whom (SPEC ID): each answer is the engine's,
 * stored before it is given.
 */
export const createIdentityExchange = (host: Host) => {
  const { store, events, claims, alarm, stateFor, peer, plan: readPlan, commit, tidy, refuse, isSuppressed } = host
  return {
    /** Which of these messageIds, by their hashes, the profile has that this object leads to (WI9). */
    async knows(hashes: readonly string[], isSelfAlone = false): Promise<string[]> {
      if (!alarm.isOpen()) await alarm.open()
      refuse()
      if (claims.hasClaims()) await claims.pursue(Date.now())
      const has = hashes.filter((hash) => store.has(hash))
      const left = hashes.filter((hash) => !store.has(hash))
      const { state } = store
      if (left.length === 0 || isSelfAlone || !state) return has
      const to = movedTo(state)
      if (to) return [...has, ...(await peer(to).knows(left))]
      const coming = await Promise.all(comingFrom(state).map((from) => peer(from).knows(left, true)))
      return [...has, ...coming.flat()]
    },

    /** A stronger identifier asks this one to link to it (ID12). */
    async claim(address: Claimant, message: ClaimMessage): Promise<ClaimReply> {
      await alarm.open()
      refuse()
      if (isSuppressed()) return { kind: 'refused', code: 'suppressed' }
      const { state, reply } = answerClaim(stateFor(address), message, Date.now())
      if (state !== store.state) await commit({ state, changes: [], appends: [] })
      // An owner who has lost the device is told before the new one goes on; what fails is left to the alarm.
      if (claims.hasClaims()) await claims.settle()
      // What it waited for may be over.
      if (reply.kind !== 'busy' || claims.hasClaims()) return reply
      const again = answerClaim(stateFor(address), message, Date.now())
      if (again.state !== store.state) await commit({ state: again.state, changes: [], appends: [] })
      return again.reply
    },

    /** Who has been told that this one claims it is ready (ID5). */
    async nudge(other: Claimant): Promise<void> {
      await alarm.open()
      refuse()
      await claims.claiming(other)
    },

    /** An identifier is taken out of this profile, with what it brought (ID14). */
    async part(message: PartMessage): Promise<ClaimReply> {
      await alarm.open()
      refuse()
      const plan = await readPlan()
      const { state } = store
      if (!state) return { kind: 'busy' }
      const { reply, ...step } = answerPart(state, message, plan, store, Date.now())
      if (step.state !== state) await commit(step)
      return reply
    },

    /**
     * An administrator joins another profile with this one (ID6), as far as that is done at once; the rest is left to the alarm.
     *
     * @returns the id of the merge, unless this profile moves or hosts nothing
     */
    async join(other: Claimant): Promise<string | undefined> {
      await alarm.open()
      refuse()
      const { state } = store
      if (state?.role.kind !== 'host' || state.fragments.length === 0) return undefined
      const now = Date.now()
      const { state: next, mergeId } = beginJoin(state, other, now)
      if (next !== state) await commit({ state: next, changes: [], appends: [] })
      await claims.pursue(now)
      await alarm.plan(store.state!)
      return mergeId
    },

    /** An administrator takes this identifier out of a profile (ID14), as far as that is done at once. @returns whether there was something to do */
    async separate(merge: Separation): Promise<boolean> {
      await alarm.open()
      refuse()
      const { state } = store
      if (!state) return false
      const now = Date.now()
      const next = separateFrom(state, merge, now)
      if (!next) return false
      if (next !== state) await commit({ state: next, changes: [], appends: [] })
      await claims.pursue(now)
      await alarm.plan(store.state!)
      return true
    },

    /** A device that was this one's has passed to another, or has been signed out of. @returns false when it is to be told again later */
    async lose(device: Claimant, at: number, claimSeq?: number): Promise<boolean> {
      await alarm.open()
      refuse()
      const { state } = store
      if (!state) return true
      const to = movedTo(state)
      if (to) return peer(to).lose(device, at, claimSeq)
      if (mayLearnOf(state, device)) return false
      await commit({ state: loseDevice(state, device, at, claimSeq), changes: [], appends: [] })
      return true
    },

    /** The owner of this device has signed out of it. */
    async release(owner: Claimant, at: number): Promise<void> {
      await alarm.open()
      refuse()
      const { state } = store
      if (!state) return
      const released = releaseDevice(state, owner, at)
      if (released !== state) await commit({ state: released, changes: [], appends: [] })
    },

    /** The survivor has everything: this object only links from now on. */
    async close(message: CloseMessage): Promise<void> {
      await alarm.open()
      refuse()
      const plan = await readPlan()
      const { state } = store
      if (!state) return
      const now = Date.now()
      const closed = closeMove(state, message, plan, store, now, now)
      if (closed.state !== state) await commit({ ...closed, appends: [] })
      // The survivor does not know what of this object's events has reached the lake.
      await events.resend(true)
      tidy()
      await alarm.plan(store.state!)
    },

    /** An administrator lets it stitch again (ID3). @returns whether it was blocked */
    async unblock(): Promise<boolean> {
      await alarm.open()
      refuse()
      const { state } = store
      if (state?.blockedAt === undefined) return false
      await commit({ state: unblock(state), changes: [], appends: [] })
      return true
    },
  }
}
