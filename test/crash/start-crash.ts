import { setTimeout as wait } from 'node:timers/promises'
import type { Answer, AudienceChange, EpochMs } from '@spartito/protocol'
import type { Workspace } from '@spartito/workspace'
import type { Administration } from '../support/administration.ts'
import { keys } from '../support/keys.ts'
import { startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { type Arrival, startWebhookReceiver } from '../support/webhook-receiver.ts'
import type { Checkpoint } from './checkpoints/checkpoint.ts'
import { type Hold, startCheckpoints } from './checkpoints/start-checkpoints.ts'
import { writeStoppingWorkers } from './checkpoints/write-stopping-workers.ts'
import { crashWorkspace, type Visitor, writeKeyOf } from './crash-workspace.ts'

/** What is late by this much does not come. */
const withinMs = 30_000

export interface TrackedEvent {
  event: string
  messageId: string
  timestamp: EpochMs
}

export interface Answered {
  status: number
  answer: Answer
}

/** What the destination does, which a test may change while it runs. */
export interface Endpoint {
  readonly origin: string
  status(change: AudienceChange): number
  isHung(change: AudienceChange): boolean
}

/** One runtime that is killed, and what a destination heard before and after. */
export interface Crash {
  admin: Administration
  /** the collector's origin, before and after */
  collector: string
  folder: string
  endpoint: Endpoint
  /** all changes as they were delivered, in order of arrival; each was signed */
  changes: readonly Arrival[]
  /** a visitor's changes as they were delivered, in order of arrival; each was signed */
  arrivals(visitor: Visitor): Arrival[]
  /** sends one event of a visitor. @throws when the answer dies with the runtime */
  track(visitor: Visitor, event: TrackedEvent): Promise<Answered>
  /** waits until a Worker hangs at each of the checkpoints that are held */
  untilHeld(): Promise<void>
  /** whether one hangs at a checkpoint that is held, with these texts */
  isHeld(at: Checkpoint, ...carrying: string[]): boolean
  /** waits until a Worker has passed a checkpoint with these texts */
  untilPassed(at: Checkpoint, ...carrying: string[]): Promise<void>
  /** kill -9 of all of the runtime, and waits until it is gone; @returns the instant of the signal */
  kill(): Promise<EpochMs>
  /**
   * Starts the Workers on what the killed ones left: as they are deployed, unless the test has to see their checkpoints,
   * which then let all pass but what is held. @returns when they are up
   */
  restart(as?: 'deployed' | 'watched', holds?: readonly Hold[]): Promise<EpochMs>
  /** @returns how many files of events there were */
  copyLake(to: string): Promise<number>
  /** @throws Error when something arrived that was no signed webhook */
  end(): Promise<void>
}

/** Asks again until the answer is true. @throws Error with what was waited for, when the time is up */
export const until = async (what: string | (() => string), isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + withinMs; !(await isSo()); await wait(20))
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${typeof what === 'string' ? what : what()}`)
}

/** For windows and repetitions, which no test can hurry. */
export const untilInstant = (at: EpochMs): Promise<void> => wait(Math.max(0, at - Date.now()))

/** Written once, since crashes side by side would read what another is writing. */
let stoppingWorkers: ReturnType<typeof writeStoppingWorkers> | undefined

/**
 * Starts a runtime of its own, whose Workers hang at the checkpoints that are held.
 *
 * @param holds each for the events of one visitor; a queue has one consumer at a time, so that one of them hangs at most
 * @param workspace that is published, with the origin of the destination
 * @param mode `deployed`: no event waits for the lake to confirm it, and none has an alarm for that; what was in the local
 *   queue is lost with the runtime
 */
export const startCrash = async (
  holds: readonly Hold[],
  workspace: (destination: string) => Workspace = crashWorkspace,
  mode: 'local' | 'deployed' = 'local',
): Promise<Crash> => {
  const folder = await makeTempFolder('crash')
  const endpoint = { origin: '', status: (_change: AudienceChange) => 200, isHung: (_change: AudienceChange) => false }
  const receiver = await startWebhookReceiver({
    secret: keys.webhook,
    answer: (change) => endpoint.status(change),
    isHung: ({ change }) => endpoint.isHung(change),
  })
  endpoint.origin = receiver.origin
  stoppingWorkers ??= writeStoppingWorkers()
  const configs = await stoppingWorkers
  const options = { folder: folder.path, eventsBatchSeconds: 1, mode }
  const watched = (url: string) => ({ ...options, configs, vars: { CHECKPOINTS: url } })
  let held = holds
  let checkpoints = await startCheckpoints(held)
  let spartito = await startSpartito(watched(checkpoints.url))
  const { collector, port, admin } = spartito
  await admin.publish(workspace(receiver.origin))
  return {
    admin,
    collector,
    folder: folder.path,
    endpoint,
    changes: receiver.arrivals,
    arrivals: (visitor) =>
      receiver.arrivals.filter(({ change }) => change.identifiers.some(({ value }) => value === visitor)),

    async track(visitor, { timestamp, ...event }) {
      const batch = [{ type: 'track', anonymousId: visitor, timestamp: new Date(timestamp).toISOString(), ...event }]
      const response = await fetch(`${collector}/v1/batch`, {
        method: 'POST',
        body: JSON.stringify({ writeKey: writeKeyOf(visitor), batch }),
        signal: AbortSignal.timeout(withinMs),
      })
      return { status: response.status, answer: (await response.json()) as Answer }
    },

    untilHeld: () =>
      until(
        () => `held: ${JSON.stringify(checkpoints.unheld())}`,
        () => checkpoints.unheld().length === 0,
      ),
    isHeld: (at, ...carrying) =>
      held.some((hold) => hold.at === at && carrying.every((text) => hold.carrying.includes(text))) &&
      !checkpoints.unheld().some((hold) => hold.at === at && carrying.every((text) => hold.carrying.includes(text))),
    untilPassed: (at, ...carrying) =>
      until(`${carrying.join()} passed ${at}`, () => checkpoints.hasPassed({ at, carrying })),

    async kill() {
      const killedAt = Date.now()
      await spartito.runtime.kill()
      return killedAt
    },

    async restart(as = 'deployed', next = []) {
      await checkpoints.stop()
      held = next
      checkpoints = await startCheckpoints(held)
      spartito = await startSpartito({ ...(as === 'watched' ? watched(checkpoints.url) : options), port })
      return Date.now()
    },

    copyLake: (to) => spartito.runtime.copyLake('events/', to),

    async end() {
      await spartito.runtime.kill()
      await checkpoints.stop()
      await receiver.stop()
      await folder.remove()
      if (receiver.faults.length > 0) throw new Error(`what arrived was no signed webhook: ${receiver.faults}`)
    },
  }
}
