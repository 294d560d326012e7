import { type Attempt, type Delivery, shareRequest } from '@spartito/destinations'
import {
  afterAnswer,
  afterFailure,
  isGivenUp,
  type Lanes,
  type RequestTokens,
  retryDelayMs,
  type SettledState,
  stateOf,
  type TakenDelivery,
  takeRequest,
} from '@spartito/engine'
import type { Destination } from '@spartito/workspace'
import { type Kind, kindOf } from '../destinations/kind-of.ts'
import type { Env } from '../env.ts'
import { readWorkspace } from '../read-workspace.ts'
import { askConsent, partFromSurvivor } from './ask-consent.ts'
import { createAttempts } from './attempt.ts'
import type { DeliveryStore } from './delivery-store.ts'
import { supersededReason } from './meta.ts'
import type { Pending } from './pending.ts'
import type { About } from './settler.ts'

/** A Worker has six connections at a time; one is left for the bucket and the queue. */
const concurrency = 5
/** When what is needed to decide is out of reach, or not here yet. */
const askAgainMs = 2_000
const maxBatchBytes = 1_000_000

const batchSizeOf = (kind: Kind | undefined, destination: Destination | undefined): number =>
  (destination && kind?.batchSize?.(destination.settings as never)) ?? kind?.maxBatch ?? 1

interface Ports {
  env: Env
  store: DeliveryStore
  lanes: Lanes<Pending>
  /** the destination's id */
  destination(): string
  settle(pending: Pending, state: SettledState, about: About): Promise<void>
  /** several objects share a destination's rate */
  shards: number
}

interface Target {
  destination: Destination | undefined
  kind: Kind | undefined
  version: number
}

interface Ready {
  pending: Pending
  item: TakenDelivery
}

/**
 * Sends what waits: of each lane its first, several requests side by side, while the breaker and the rate allow it. What fails waits in
 * its place; what is done is settled.
 */
export const createCourier = ({ env, store, lanes, destination: id, settle, shards }: Ports) => {
  const attempt = createAttempts(env)
  const runners = new Set<Promise<void>>()
  let underWay = 0
  let tokens: RequestTokens | undefined
  let rateWaitsUntil = 0

  const isSuperseded = ({ profileId, audience, slot, order }: Pending): boolean =>
    audience !== null && store.newestDelivered(profileId, audience, slot, Date.now()) > order

  const findTarget = async (): Promise<Target> => {
    const workspace = await readWorkspace(env, Date.now())
    const { departing } = store.meta()
    const known = workspace.destinations.find((one) => one.id === id() && !one.disabled)
    const destination = known ?? departing
    return { destination, kind: destination && kindOf(destination), version: workspace.version }
  }

  const next = ({ destination, kind }: Target): Pending[] => {
    const now = Date.now()
    const gate = stateOf(store.meta().breaker, now)
    if (gate === 'open' || (gate === 'half-open' && underWay > 0)) return []
    const perSecond = destination?.maxPerSecond
    const begun = lanes.begin(gate === 'half-open' ? 1 : batchSizeOf(kind, destination), now)
    if (begun.length === 0 || perSecond === undefined) return begun
    const asked = takeRequest(tokens, perSecond / shards, now)
    tokens = asked.tokens
    if (asked.waitMs === 0) return begun
    rateWaitsUntil = now + asked.waitMs
    for (const one of begun) lanes.release(one)
    return []
  }

  const again = (pending: Pending, delayMs: number): void => {
    pending.dueAt = Date.now() + delayMs
    lanes.release(pending)
  }

  /** Whether it goes out now; it has been settled or put off when it does not. */
  const isReady = async ({ pending, item }: Ready, { destination, kind, version }: Target): Promise<boolean> => {
    const skip = (reason: string) => settle(pending, 'skipped', { reason })
    if (!destination) {
      // An isolate may know of an older workspace than the one that it was taken under.
      if (version < item.version) again(pending, askAgainMs)
      else await skip('the destination is not in the workspace any more')
      return false
    }
    await partFromSurvivor(item, destination.purposes, env)
    const deliveries = item.delivery as Delivery
    const unusable = kind
      ? kind.takes.includes(deliveries.kind)
        ? kind.skip?.(deliveries, destination.settings as never)
        : `it takes no ${deliveries.kind}`
      : `there is no kind of destination called ${destination.type}`
    if (unusable !== undefined) await skip(unusable)
    else if (isSuperseded(pending)) await skip(supersededReason)
    else {
      let reason: string | undefined
      try {
        reason = await askConsent(item, destination.purposes, env)
      } catch (error) {
        console.error(JSON.stringify({ at: 'deliveries.consent', destination: id(), error: String(error) }))
        again(pending, askAgainMs)
        return false
      }
      if (reason === undefined) return true
      await skip(reason)
    }
    return false
  }

  const judge = (attempts: readonly Attempt[]): void => {
    const { breaker } = store.meta()
    const failed = attempts.find((one) => one.outcome === 'failed')
    const now = Date.now()
    const isAnswered = !failed || attempts.some(({ outcome }) => outcome !== 'failed') || 'isAlone' in failed
    const after = isAnswered ? afterAnswer() : afterFailure(breaker, now, failed.retryAfterMs)
    const hasMoved = after.opened !== breaker.opened || after.waitsUntil > Math.max(now, breaker.waitsUntil)
    // Only what has to outlive this instance is written: that it is open.
    if (hasMoved) store.keepMeta({ ...store.meta(), breaker: after })
    else store.noteBreaker(after)
  }

  const take = async ({ pending }: Ready, result: Attempt): Promise<void> => {
    pending.attempts++
    if (result.outcome === 'delivered') return settle(pending, 'delivered', { status: result.status })
    if (result.outcome === 'skipped') return settle(pending, 'skipped', { reason: result.reason })
    const { reason, status } = result
    const about = { reason, ...(status !== undefined && { status }) }
    if (result.outcome === 'refused' || isGivenUp(pending.takenAt, Date.now())) return settle(pending, 'parked', about)
    Object.assign(pending, { reason, status: status ?? null, isAlone: 'isAlone' in result })
    pending.dueAt = Date.now() + retryDelayMs(pending.attempts, Math.random(), result.retryAfterMs)
    store.retry(pending)
    lanes.release(pending)
  }

  /** Those that share a request; the others wait for the next. */
  const together = (ready: Ready[], { destination, kind }: Target): Ready[] => {
    const candidates = ready.map((one) => {
      const delivery = one.item.delivery as Delivery
      const group = kind?.group?.(delivery, destination!.settings as never) ?? ''
      return { ...one, delivery, group, isAlone: one.pending.isAlone }
    })
    const shared = shareRequest(candidates, kind?.maxBatchBytes ?? maxBatchBytes)
    const taken = new Set(shared.map(({ pending }) => pending))
    for (const { pending } of ready) if (!taken.has(pending)) again(pending, 0)
    return shared
  }

  const deliver = async (batch: Pending[], target: Target): Promise<void> => {
    const all = batch.map((pending) => ({ pending, item: store.item(pending) }))
    const asked = await Promise.all(all.map((one) => isReady(one, target)))
    const ready = all.filter((_one, index) => asked[index])
    if (ready.length === 0) return
    const sent = together(ready, target)
    const deliveries = sent.map(({ item }) => item.delivery) as unknown as [Delivery, ...Delivery[]]
    const results = await attempt(target.destination!, target.kind!, deliveries)
    judge(results)
    await Promise.all(sent.map((one, index) => take(one, results[index] ?? results[0]!)))
  }

  const run = async (): Promise<void> => {
    for (;;) {
      let batch: Pending[] = []
      try {
        const target = await findTarget()
        batch = next(target)
        if (batch.length === 0) return
        underWay++
        await deliver(batch, target).finally(() => {
          underWay--
        })
      } catch (error) {
        console.error(JSON.stringify({ at: 'deliveries', destination: id(), error: String(error) }))
        for (const one of batch) if (lanes.isUnderWay(one)) again(one, askAgainMs)
        return
      }
    }
  }

  /** Nothing goes out before, whatever is due. */
  const waitsUntil = (): number => Math.max(store.meta().breaker.waitsUntil, rateWaitsUntil)

  return {
    /** Begins as many requests as may run; returns at once. */
    start(): void {
      const now = Date.now()
      if (now < waitsUntil()) return
      for (let due = lanes.due(concurrency, now); due > 0 && runners.size < concurrency; due--) {
        const runner = run().finally(() => runners.delete(runner))
        runners.add(runner)
      }
    },

    isRunning: (): boolean => runners.size > 0,

    sending: (): number => runners.size,

    /** Waits until nothing is left that may go out now. */
    async idle(): Promise<void> {
      while (runners.size > 0) await Promise.all(runners)
    },

    waitsUntil,
  }
}
