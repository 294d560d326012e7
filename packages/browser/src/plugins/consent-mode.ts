import { type ConsentCommand, createConsentModeState } from './consent/consent-mode-state.ts'
import { readPurposeMap } from './consent/purpose-map.ts'
import { createSignal } from './consent/signal.ts'
import type { Plugin } from './plugin.ts'

/** Timers take no more than 24 days and would ring at once. */
const maxWaitMs = 60_000

type Commands = Partial<Record<'default' | 'update', ConsentCommand>>

/** An item of the data layer as gtag left it, an argument list, or as the tag shows it. */
const readCommands = (item: unknown): Commands | undefined => {
  const { 0: command, 1: name, 2: value, consent } = Object(item) as Record<string, unknown>
  return command === 'consent' ? { [name as 'update']: value as ConsentCommand } : (consent as Commands | undefined)
}

/**
 * Takes the visitor's choice from Google Consent Mode, version 2, as gtag's calls leave it in `window.dataLayer`. An update is the visitor's
 * decision. A default is not: while it denies, the tag waits as its own policy says.
 */
const consentMode: Plugin = (client, settings) => {
  const purposes = readPurposeMap(
    settings?.consentModePurposes ?? 'analytics=analytics_storage marketing=ad_storage,ad_user_data,ad_personalization',
  )
  const signal = createSignal(client, 'consent-mode', settings)
  const state = createConsentModeState(settings?.region?.toUpperCase())
  let waitMs = 0
  let proof: string | undefined

  const take = (item: unknown): boolean => {
    try {
      const commands = readCommands(item)
      if (!commands?.default && !commands?.update) return false
      proof = JSON.stringify(commands)
      if (commands.default) state.setDefault(commands.default)
      if (commands.update) state.update(commands.update)
      waitMs = Math.min(Math.max(waitMs, Number(commands.default?.wait_for_update) || 0), maxWaitMs)
      return true
    } catch {
      // what cannot be read (a getter that throws, a cycle) decides nothing
      return false
    }
  }

  const imply = (isGranted: boolean): void => {
    const { implied } = state.read(purposes)
    signal.imply(Object.fromEntries(Object.entries(implied).filter(([, given]) => given === isGranted)), { proof })
  }

  const settle = (): void => {
    signal.decide(state.read(purposes).decided, { proof })
    imply(false)
    // a default that grants counts only if no update comes in the time that the page gives it
    setTimeout(imply, waitMs, true)
  }

  // all of the past at once: what was decided on the way to the last word is no news
  const past: unknown = window.dataLayer
  if (Array.isArray(past) && past.map(take).includes(true)) settle()
  client.on('push', (item) => {
    if (take(item)) settle()
  })
}

export default consentMode
