import { type ConsentPolicy, type ConsentState, decide } from '@spartito/protocol/consent'
import type { Choice } from '../client-api.ts'
import type { Config, ConsentConfig } from '../config.ts'
import { type EventRows, stateKey } from '../delivery/event-rows.ts'
import type { Sender } from '../delivery/sender.ts'
import type { Identity } from '../identity/identity.ts'
import type { Ports } from '../ports.ts'
import { within } from '../within.ts'

/** Without a choice this many calls wait in memory; later ones are dropped and counted. */
export const maxHeld = 1_000

export interface Gate {
  /** Runs a call's effect now, or after a choice, or never (SPEC CO5). */
  pass(release: () => void): void
  /** the choice so far; under Global Privacy Control silence is refusal, else under `granted` it grants */
  choice(): Choice
  /** whether calls take effect at once */
  allows(): boolean
  /** Opens or wipes when the choice has come to mean something else. */
  settle(): void
  /** Opens without waiting for the store or for what is prepared any longer. */
  hurry(): void
  /** Deletes everything from page and device, then starts again from the choice given. */
  restart(kept?: Choice): void
}

/**
 * Holds calls in memory until collecting is allowed, and wipes when it no longer is. Until then nothing is written to
 * the device and nothing is requested. It opens in two steps: reads what the store remembers (the id that a killed
 * browser has lost from its cookies, or a refusal), then, when all is prepared, releases what waited.
 */
export const createGate = (
  config: Config,
  ports: Pick<Ports, 'isPrivate' | 'store' | 'timer'>,
  identity: Identity,
  rows: EventRows,
  sender: Sender,
  prepared: () => Promise<unknown>,
): Gate => {
  const { policy, purposes = ['analytics'], collect = purposes } = config.consent ?? ({} as ConsentConfig)
  // Global Privacy Control refuses what the visitor has not decided here
  const unasked: Choice = Object.fromEntries(
    ports.isPrivate || policy === 'granted' ? purposes.map((purpose) => [purpose, !ports.isPrivate]) : [],
  )
  let held: (() => void)[] = []
  let decided: ConsentState | undefined
  let isOpen = false

  const choice = (): Choice => ({ ...unasked, ...identity.state().consent })

  const wipe = (kept?: Choice): void => {
    identity.refresh() // another tab may have written first
    held = []
    isOpen = false
    sender.abort()
    rows.clear()
    identity.forget(kept)
    // What was on the device is replaced, for the site's other hosts too. Where nothing was nothing is written, unless
    // silence would mean consent on the next page.
    if (identity.state().version || (kept && (policy === 'opt-out' || policy === 'granted'))) identity.write()
  }

  const look = async (): Promise<void> => {
    identity.refresh((await rows.open()).get(stateKey))
    await within(ports.timer, prepared)
    settle()
    hurry()
  }

  const settle = (): void => {
    const before = decided
    decided = decide(collect, choice(), policy as ConsentPolicy)
    if (decided === before) return
    if (decided === 'granted') void within(ports.timer, look)
    else if (before || decided === 'denied') wipe(identity.state().consent)
    // What the store alone remembers: the browser was killed before cookies and localStorage reached the disk.
    else
      void within(ports.timer, async () => {
        if ((await ports.store.exists()) && decided === 'unknown') await look()
      })
  }

  const hurry = (): void => {
    if (isOpen || decided !== 'granted') return
    isOpen = true
    for (const release of held.splice(0)) release()
    sender.schedule()
  }

  const restart = (kept?: Choice): void => {
    wipe(kept)
    decided = 'unknown'
    settle()
  }

  const pass = (release: () => void): void => {
    if (isOpen) release()
    else if (decided !== 'denied')
      if (held.length < maxHeld) held.push(release)
      else sender.drop('held')
  }

  const allows = (): boolean => isOpen

  return { pass, choice, allows, settle, hurry, restart }
}
