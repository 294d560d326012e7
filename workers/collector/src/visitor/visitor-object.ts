import { DurableObject } from 'cloudflare:workers'
import {
  answerClaim,
  attribute,
  type Claimant,
  type ClaimMessage,
  type ClaimReply,
  type CloseMessage,
  catchUp,
  closeMove,
  expire,
  exposedAudiences,
  ingest,
  listProfile,
  loseDevice,
  newVisitor,
  nextPruneOf,
  type Page,
  type Plan,
  prune,
  releaseDevice,
  type Step,
  unblock,
  type VisitorState,
} from '@spartito/engine'
import type { Identifier } from '@spartito/protocol'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { readWorkspace } from '../workspace/read-workspace.ts'
import { createAlarmPlan } from './alarm-plan.ts'
import { resendOutgoing, sendOutgoing } from './change-sender.ts'
import { createClaimDriver } from './claim-driver.ts'
import { createEventForwarder } from './event-forwarder.ts'
import { movingPage } from './moving-page.ts'
import { objectName, profileIdOf } from './object-name.ts'
import type { Outgoing } from './outbox.ts'
import { joinReplies, part } from './request-parts.ts'
import { type IngestReply, type IngestRequest, maxHops, type UnitReceipt } from './requests.ts'
import { createViews, type ViewQuestion } from './views.ts'
import { openVisitorStore } from './visitor-store.ts'

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
  })
  readonly #views = createViews({
    store: this.#store,
    peer: (identifier) => this.#peer(identifier),
    plan: () => this.#plan(),
  })
  /** the newest that was read: how long an anonymous profile is kept is asked for when the alarm is set */
  #known: Plan | undefined
  readonly #alarm = createAlarmPlan(this.ctx.storage, this.#store, this.#events, () => this.#known)

  /** Takes the events of one request, here or at the object that this one links to. */
  async ingest(request: IngestRequest): Promise<IngestReply> {
    if (!this.#alarm.isOpen()) await this.#alarm.open()
    // What is moving here may hold copies of these events: they are known by it once it has arrived.
    if (this.#claims.hasClaims()) await this.#claims.pursue(Date.now())
    const plan = await this.#plan()
    // From here to the commit nothing is awaited: no other request comes between.
    const before = this.#stateFor(request.address)
    const { role } = before
    if (role.kind === 'linked' || (role.kind === 'moving' && !role.fragments)) return this.#passOn(role.to, request)
    const { state, own, passed, to } = attribute(before, request.events, plan, this.#store, request.receivedAt)
    if (!to) return this.#take(state, request, plan)
    if (state !== before) this.#store.commit({ state })
    return joinReplies(
      request.events.length,
      own.length === 0 ? undefined : { places: own, reply: await this.#take(state, part(request, own), plan) },
      { places: passed, reply: await this.#passOn(to, part(request, passed)) },
    )
  }

  /** Takes events into the profile that this object hosts. */
  async #take(before: VisitorState, request: IngestRequest, plan: Plan): Promise<IngestReply> {
    const vouched = request.verified ? 'all' : (request.vouched ?? [])
    const result = ingest(before, { ...request, vouched }, plan, this.#store, Date.now())
    if (result.accepted > 0) this.#events.expect(Date.now())
    const sent =
      result.accepted > 0 || result.changes.length > 0 ? this.#commit(result, result.accepted > 0) : undefined
    if (result.accepted > 0) {
      const { events: all } = request
      const events =
        result.duplicates.length === 0 ? all : all.filter((_event, index) => !result.duplicates.includes(index))
      await this.#events.send(result.state.commit, events)
    }
    // A copy may come because the answer to the first was lost, and what it should have sent with it (DE1).
    if (result.duplicates.length > 0) await this.#events.resend(true)
    await sent
    if (this.#claims.hasClaims()) await this.#claims.pursue(Date.now())
    await this.#arm()
    const asker = { anonymousId: request.anonymousId, verified: request.verified || request.seesWhole === true }
    const audiences = exposedAudiences(this.#store.state ?? result.state, plan, asker)
    return { accepted: result.accepted, duplicates: result.duplicates, audiences }
  }

  /** A stronger identifier asks this one to link to it (ID12). */
  async claim(address: Claimant, message: ClaimMessage): Promise<ClaimReply> {
    await this.#alarm.open()
    const { state, reply } = answerClaim(this.#stateFor(address), message, Date.now())
    if (state !== this.#store.state) await this.#commit({ state, changes: [], appends: [] })
    // An owner who has lost the device is told before the new one goes on; what fails is left to the alarm.
    if (this.#claims.hasClaims()) await this.#claims.tell()
    return reply
  }

  /** A device that was this one's has passed to another, or has been signed out of. */
  async lose(device: Claimant, at: number): Promise<void> {
    await this.#alarm.open()
    const { state } = this.#store
    if (!state) return
    if (state.role.kind !== 'host') return this.#peer(state.role.to).lose(device, at)
    await this.#commit({ state: loseDevice(state, device, at), changes: [], appends: [] })
  }

  /** The owner of this device has signed out of it. */
  async release(owner: Claimant, at: number): Promise<void> {
    await this.#alarm.open()
    const { state } = this.#store
    if (!state) return
    const released = releaseDevice(state, owner, at)
    if (released !== state) await this.#commit({ state: released, changes: [], appends: [] })
  }

  /** The next page of what moves to the survivor of a merge. */
  pull(mergeId: string, cursor: number): Page {
    return movingPage(this.#store, mergeId, cursor)
  }

  /** The survivor has everything: this object only links from now on. */
  async close(message: CloseMessage): Promise<void> {
    await this.#alarm.open()
    const plan = await this.#plan()
    const { state } = this.#store
    if (!state) return
    const now = Date.now()
    const closed = closeMove(state, message, plan, this.#store, now, now)
    if (closed.state !== state) await this.#commit({ ...closed, appends: [] })
    // The survivor does not know what of this object's events has reached the lake.
    await this.#events.resend(true)
    this.#tidy()
    await this.#arm()
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
    const { state } = this.#store
    if (state?.role.kind !== 'host') return false
    const current = catchUp(state, plan, this.#store, Date.now(), Date.now())
    if (current.changes.length > 0 || current.state.flips !== state.flips)
      await this.#commit({ ...current, appends: [] })
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

  /** An administrator lets it stitch again (ID3). @returns whether it was blocked */
  async unblock(): Promise<boolean> {
    await this.#alarm.open()
    const { state } = this.#store
    if (state?.blockedAt === undefined) return false
    await this.#commit({ state: unblock(state), changes: [], appends: [] })
    return true
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#alarm.fired(info)
    try {
      await this.#wake()
      await this.#arm()
      this.#alarm.settle()
    } catch (error) {
      // An alarm that throws is tried seven times and then lost; this one never throws.
      console.error(JSON.stringify({ at: 'visitor.alarm', error: String(error) }))
      await this.#alarm.again(Date.now())
    }
  }

  async #wake(): Promise<void> {
    const plan = await this.#plan()
    const { state } = this.#store
    if (!state) return
    const now = Date.now()
    if (state.role.kind === 'host') {
      const current = catchUp(state, plan, this.#store, now, now)
      if (current.changes.length > 0 || current.state.flips !== state.flips || current.state.version !== state.version)
        await this.#commit({ ...current, appends: [] })
      // A profile that ends has no ledger to prune.
      await this.#expire(plan, now)
      await this.#prune(plan, now)
    } else await this.#expire(plan, now)
    await resendOutgoing(this.env, this.#name, this.#store, now)
    if ((this.#events.dueAt() ?? now) <= now) await this.#events.resend(false)
    await this.#claims.pursue(now)
    this.#tidy()
  }

  /** Ends an anonymous profile that has been idle too long (ID15). */
  async #expire(plan: Plan, now: number): Promise<void> {
    const { state } = this.#store
    if (!state) return
    const step = expire(state, plan, now)
    if (step.state !== state) await this.#commit(step)
  }

  /** Bounds the ledger by time (PR1). */
  async #prune(plan: Plan, now: number): Promise<void> {
    const { state } = this.#store
    if (!state) return
    const dueAt = nextPruneOf(state)
    if (dueAt !== undefined && dueAt <= now) await this.#commit(prune(state, plan, this.#store, now))
  }

  get #name(): string {
    return this.ctx.id.name ?? objectName((this.#store.state as VisitorState).self)
  }

  #stateFor(self: Claimant): VisitorState {
    return this.#store.state ?? newVisitor(self, profileIdOf(objectName(self)))
  }

  #peer(identifier: Identifier): DurableObjectStub<Visitor> {
    return within(this.env.VISITOR, this.env.JURISDICTION).getByName(objectName(identifier))
  }

  async #plan(): Promise<Plan> {
    this.#known = (await readWorkspace(this.env, Date.now(), this.#store.state?.version)).plan
    return this.#known
  }

  #passOn(to: Claimant, request: IngestRequest): Promise<IngestReply> {
    if (request.hops >= maxHops) throw new Error(`an event was passed on ${maxHops} times: the links form a chain`)
    return this.#peer(to).ingest({ ...request, address: to, hops: request.hops + 1 })
  }

  /**
   * Stores a step and plans the alarm in one transaction, then sends its changes. A notice to the roster goes with them,
   * unless the step has events, which take it along.
   */
  #commit(step: Step, hasEvents = false): Promise<void> {
    const isExpired = step.forgets === 'ledger' || step.forgets === 'lines'
    const { state, notice } = listProfile(step.state, Date.now(), hasEvents, isExpired)
    const outgoing: Outgoing[] = notice ? [notice, ...step.changes] : step.changes
    try {
      this.#store.commit({ ...step, state, outgoing }, () => void this.#alarm.plan(state))
    } catch (error) {
      this.#alarm.undone()
      throw error
    }
    return outgoing.length === 0 ? Promise.resolve() : sendOutgoing(this.env, this.#name, state.policy, outgoing)
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
