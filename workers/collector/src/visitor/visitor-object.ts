import { DurableObject } from 'cloudflare:workers'
import {
  type Claimant,
  type ClaimMessage,
  type ClaimReply,
  type CloseMessage,
  catchUp,
  listProfile,
  newVisitor,
  noticeConsent,
  type Page,
  type PartMessage,
  type Plan,
  type Revealed,
  reborn,
  refusedOf,
  type Step,
  type Tally,
  type VisitorState,
  viewMember,
} from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { tally } from '../stats/tally.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { createAlarmPlan } from './alarm-plan.ts'
import { type Burial, createBurial, type Withheld } from './burial.ts'
import { takeIngest } from './call-ingest.ts'
import { resendOutgoing, sendOutgoing } from './change-sender.ts'
import { createClaimDriver } from './claim-driver.ts'
import { createEventForwarder } from './event-forwarder.ts'
import { createIdentityExchange, type Separation } from './identity-exchange.ts'
import { createIntake } from './intake.ts'
import { movingPage } from './moving-page.ts'
import { objectName, profileIdOf } from './object-name.ts'
import type { Outgoing } from './outbox.ts'
import { createPassing } from './pass-on.ts'
import type { UnitReceipt } from './requests.ts'
import { createViews, type ViewQuestion } from './views.ts'
import { openVisitorStore } from './visitor-store.ts'
import { createWake } from './wake.ts'

/**
 * The object of one identifier: an address and a transaction. It loads, lets the engine decide, stores all of it at once,
 * then sends. What a crash leaves behind, the one alarm takes up.
 */
export class Visitor extends DurableObject<Env> {
  readonly #store = openVisitorStore(this.ctx.storage)
  readonly #events = createEventForwarder(this.env, () => this.#name, this.#store, this.env.CONFIRM_EVENTS === 'true')
  readonly #claims = createClaimDriver({
    store: this.#store,
    peer: (identifier) => this.#peer(identifier),
    plan: () => this.#plan(),
    commit: (step) => this.#commit(step),
    tidy: () => this.#tidy(),
  })
  readonly #passing = createPassing({ store: this.#store, peer: (identifier) => this.#peer(identifier) })
  readonly #views = createViews({
    store: this.#store,
    peer: (identifier) => this.#peer(identifier),
    plan: () => this.#plan(),
  })
  /** the newest that was read: how long an anonymous profile is kept is asked for when the alarm is set */
  #known: Plan | undefined
  readonly #alarm = createAlarmPlan(this.ctx.storage, this.#store, this.#events, () => this.#known)

  readonly #exchange = createIdentityExchange({
    store: this.#store,
    events: this.#events,
    claims: this.#claims,
    alarm: this.#alarm,
    stateFor: (self) => this.#stateFor(self),
    peer: (identifier) => this.#peer(identifier),
    plan: () => this.#plan(),
    commit: (step) => this.#commit(step),
    tidy: () => this.#tidy(),
    refuse: () => this.#burial.refuse(),
    isSuppressed: () => this.#store.tombstone?.mode === 'suppress',
  })

  readonly #burial = createBurial({
    env: this.env,
    storage: this.ctx.storage,
    store: this.#store,
    profileId: (self) => profileIdOf(objectName(self)),
    stateFor: (self) => this.#stateFor(self),
    commit: (step) => this.#commit(step, false, true),
    resend: () => resendOutgoing(this.env, this.#name, this.#store, Date.now(), Number.POSITIVE_INFINITY),
    reload: () => {
      this.#events.forget()
      this.#alarm.undone()
    },
  })

  readonly #intake = createIntake({
    store: this.#store,
    forwarder: this.#events,
    claims: this.#claims,
    alarm: this.#alarm,
    burial: this.#burial,
    passing: this.#passing,
    stateFor: (self) => this.#stateFor(self),
    peer: (identifier) => this.#peer(identifier),
    plan: () => this.#plan(),
    commit: (step, hasEvents) => this.#commit(step, hasEvents),
    arm: () => this.#arm(),
  })

  readonly #wake = createWake({
    env: this.env,
    name: () => this.#name,
    store: this.#store,
    events: this.#events,
    claims: this.#claims,
    plan: () => this.#plan(),
    commit: (step) => this.#commit(step),
    tidy: () => this.#tidy(),
  })

  /** Takes the events of one request, unless they are over a budget (SPEC WS): `callIngest` hands it over. */
  ingest(about: string, events: string[]): Promise<string> {
    return takeIngest(about, events, this.#intake)
  }

  /** What this identifier belongs with, for an erasure (CO7): it changes nothing. */
  reveal(self: Claimant): Revealed {
    return this.#burial.reveal(self)
  }

  /** Closes the object for an erasure. */
  async withhold(self: Claimant, id: string, at: number): Promise<Withheld> {
    await this.#alarm.open()
    return this.#burial.withhold(self, id, at)
  }

  /** It was closed and is not the person's alone: it goes on. */
  async resume(id: string): Promise<void> {
    await this.#alarm.open()
    this.#burial.resume(id)
    await this.#arm()
  }

  /** Leaves all audiences, with cause `erasure`. @returns how many exits there were, and how many changes wait to be confirmed */
  async leave(id: string, isLate: boolean): ReturnType<ReturnType<typeof createBurial>['leave']> {
    await this.#alarm.open()
    return this.#burial.leave(id, isLate)
  }

  /** Empties the object: what stays is a tombstone. */
  bury(burial: Burial): Promise<void> {
    return this.#burial.bury(burial)
  }

  /** A suppression ends. @returns whether there was a tombstone */
  lift(): boolean {
    return this.#burial.lift()
  }

  /** Takes what names an erased person out of this state, which is somebody else's. */
  forgetMentions(keys: string[]): Promise<boolean> {
    return this.#burial.forgetMentions(keys)
  }

  /** Which of these messageIds, by their hashes, the profile has that this object leads to (WI9), or this object itself. */
  knows(hashes: readonly string[], isSelfAlone?: boolean): Promise<string[]> {
    return this.#exchange.knows(hashes, isSelfAlone)
  }

  /** A stronger identifier, or an older one, asks this one to link to it (ID12). */
  claim(address: Claimant, message: ClaimMessage): Promise<ClaimReply> {
    return this.#exchange.claim(address, message)
  }

  /** Who has been told that this one claims it is ready (ID5). */
  nudge(other: Claimant): Promise<void> {
    return this.#exchange.nudge(other)
  }

  /** An identifier is taken out of this profile, with what it brought (ID14). */
  part(message: PartMessage): Promise<ClaimReply> {
    return this.#exchange.part(message)
  }

  /** An administrator joins another profile with this one (ID6). @returns the id of the merge, unless this profile moves or hosts nothing */
  join(other: Claimant): Promise<string | undefined> {
    return this.#exchange.join(other)
  }

  /** An administrator takes this identifier out of a profile (ID14). @returns whether there was something to do */
  separate(merge: Separation): Promise<boolean> {
    return this.#exchange.separate(merge)
  }

  /** A device that was this one's has passed to another, or has been signed out of. @returns false when it is to be told again later */
  lose(device: Claimant, at: number, claimSeq?: number): Promise<boolean> {
    return this.#exchange.lose(device, at, claimSeq)
  }

  /** The owner of this device has signed out of it. */
  release(owner: Claimant, at: number): Promise<void> {
    return this.#exchange.release(owner, at)
  }

  /** The next page of what moves to the survivor of a merge. */
  pull(mergeId: string, cursor: number): Page {
    this.#burial.refuse()
    return movingPage(this.#store, mergeId, cursor)
  }

  /** The survivor has everything: this object only links from now on. */
  close(message: CloseMessage): Promise<void> {
    return this.#exchange.close(message)
  }

  /** An administrator lets it stitch again (ID3). @returns whether it was blocked */
  unblock(): Promise<boolean> {
    return this.#exchange.unblock()
  }

  /** The consumer of changes has made these durable, by their keys in the outbox, where they end (DE1). */
  confirmChanges(keys: number[]): void {
    this.#store.confirm(keys)
  }

  /**
   * Brings the profile up to a version of the workspace, at least, though nothing arrives for it (AU5). One that changes
   * nothing writes nothing; what has moved away changes nothing.
   *
   * @returns whether an audience changed
   */
  async bringUp(version: number): Promise<boolean> {
    await this.#alarm.open()
    const { plan } = await readWorkspace(this.env, Date.now(), Math.max(version, this.#store.state?.version ?? 0))
    this.#known = plan
    const { state } = this.#store
    if (state?.role.kind !== 'host' || state.erasing) return false
    const current = catchUp(state, plan, this.#store, Date.now(), Date.now())
    if (current.changes.length > 0 || current.state.flips !== state.flips)
      await this.#commit({ ...current, appends: [] })
    // A retention that was shortened is due earlier than the alarm knows (RT).
    await this.#arm()
    return current.changes.length > 0
  }

  /** The lake has these events. */
  async confirmEvents(receipts: UnitReceipt[]): Promise<void> {
    await this.#alarm.open()
    if (this.#store.state && this.#events.confirm(receipts)) {
      this.#store.commit({ state: this.#store.state })
      this.#tidy()
    }
  }

  /** What somebody may read of the profile that the next event of this identifier would reach, as JSON; null when there is none. */
  view(question: ViewQuestion, hops = 0): Promise<string | null> {
    return this.#views(question, hops)
  }

  /** What the profile consents to as of now, asked with each delivery (DE6), as JSON; null when it is gone. */
  consents(): Promise<string | null> {
    return this.#views({ kind: 'consents' }, 0)
  }

  /** What a destination that is new is told of a member (DE7), as JSON; null when this hosts no profile. */
  member(audience: string): string | null {
    const { state } = this.#store
    return state && !state.erasing ? JSON.stringify(viewMember(state, audience)) : null
  }

  override async alarm(): Promise<void> {
    this.#alarm.fired()
    try {
      await this.#wake(Date.now())
      await this.#arm()
      // What was confirmed, and no commit has stored, had this alarm.
      this.#store.settle()
    } catch (error) {
      // An alarm that throws is tried seven times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'visitor.alarm', error: String(error) }))
      await this.#alarm.again(Date.now())
    }
  }

  #knownName: string | undefined
  get #name(): string {
    // The runtime makes a text of it each time that it is asked.
    this.#knownName ??= this.ctx.id.name ?? objectName((this.#store.state as VisitorState).self)
    return this.#knownName
  }

  #stateFor(self: Claimant): VisitorState {
    const { state, tombstone } = this.#store
    if (state) return state
    // The runtime knows the name: whoever is new need not hash it once more.
    const profileId = profileIdOf(this.ctx.id.name ?? objectName(self))
    return tombstone ? reborn(self, profileId, tombstone) : newVisitor(self, profileId)
  }

  #peer(identifier: Identifier): DurableObjectStub<Visitor> {
    return within(this.env.VISITOR, this.env.JURISDICTION).getByName(objectName(identifier))
  }

  async #plan(): Promise<Plan> {
    this.#known = (await readWorkspace(this.env, Date.now(), this.#store.state?.version)).plan
    return this.#known
  }

  /**
   * Stores a step and plans the alarm in one transaction, then sends its changes. A notice to the roster goes with them,
   * unless the step has events, which take it along.
   */
  #commit(step: Step, hasEvents = false, isOfErasure = false): Promise<void> {
    if (!isOfErasure) this.#burial.refuse()
    const isExpired = step.forgets === 'ledger' || step.forgets === 'lines'
    const listed = listProfile(step.state, Date.now(), hasEvents, isExpired)
    const { state, notice } = noticeConsent(this.#store.state, listed.state, this.#known, Date.now())
    const outgoing: Outgoing[] = [listed.notice, notice].filter((its) => its !== undefined)
    outgoing.push(...step.changes)
    const refused = refusedOf(this.#store.state, state, Date.now())
    try {
      this.#store.commit({ ...step, state, outgoing }, () => void this.#alarm.plan(state))
    } catch (error) {
      this.#alarm.undone()
      throw error
    }
    if (refused.length > 0) this.#count(refused)
    return outgoing.length === 0 ? Promise.resolve() : sendOutgoing(this.env, this.#name, state.policy, outgoing)
  }

  /** Nobody waits for it: what was refused is on the profile, and a count that a crash takes is not made again. */
  #count(refused: Tally[]): void {
    const counted = tally(this.env, this.#name, refused).catch((error: unknown) =>
      console.error(JSON.stringify({ at: 'visitor.refused', error: String(error) })),
    )
    this.ctx.waitUntil(counted)
  }

  /** Drops the ledger of what has moved away, once the lake has its events. */
  #tidy(): void {
    const { state } = this.#store
    if (!state || state.forwarded < state.commit || state.unsent.length + state.unsure.length > 0) return
    const { leaving = [], hashesUntil: _gone, ...rest } = state
    if (state.role.kind === 'linked') {
      if (state.fragments.length > 0) this.#store.commit({ state: { ...rest, fragments: [] }, forgets: 'ledger' })
      return
    }
    if (leaving.length > 0) this.#store.commit({ state: { ...state, leaving: [] }, forgets: leaving })
  }

  #arm(): Promise<void> | undefined {
    return this.#store.state && this.#alarm.plan(this.#store.state)
  }
}
