import type { Choice } from '@spartito/sdk'
import type { PurposeMap } from './purpose-map.ts'

/** The argument of gtag's `consent default` or `consent update`: signals that are `granted` or `denied`, and for whom. */
export interface ConsentCommand {
  [signal: string]: unknown
  /** the regions that a default is for, as ISO 3166-2; none: everybody */
  region?: readonly string[]
  /** how long an update is waited for before a default counts */
  wait_for_update?: number
}

export interface ConsentModeState {
  setDefault(command: ConsentCommand): void
  update(command: ConsentCommand): void
  /**
   * What the signals mean for the site's purposes. A purpose is decided once one of its signals was updated; before that it is implied by
   * its defaults, if it has any. Either way ALL of its signals must be granted; one that was never named is not.
   */
  read(purposes: PurposeMap): { decided: Choice; implied: Choice }
}

/**
 * Google Consent Mode's own reckoning: an update overrides a default, the default for a closer region one for a wider.
 *
 * @param region where the visitor is, such as `DE` or `US-CA`. When it is not known a default for regions counts where it denies.
 */
export const createConsentModeState = (region: string | undefined): ConsentModeState => {
  const defaults = new Map<string, { isGranted: boolean; rank: number }>()
  const updates = new Map<string, boolean>()

  const rankOf = (regions: readonly string[] | undefined, isGranted: boolean): number => {
    if (!regions) return 0
    if (!region) return isGranted ? -1 : 3
    if (regions.includes(region)) return 2
    return regions.includes(region.split('-')[0]!) ? 1 : -1
  }

  const setDefault = (command: ConsentCommand): void => {
    for (const [signal, value] of Object.entries(command)) {
      const isGranted = value === 'granted'
      const rank = rankOf(command.region, isGranted)
      if ((isGranted || value === 'denied') && rank >= (defaults.get(signal)?.rank ?? 0))
        defaults.set(signal, { isGranted, rank })
    }
  }

  const update = (command: ConsentCommand): void => {
    for (const [signal, value] of Object.entries(command)) updates.set(signal, value === 'granted')
  }

  const read: ConsentModeState['read'] = (purposes) => {
    const decided: Choice = {}
    const implied: Choice = {}
    for (const [purpose, signals] of purposes) {
      const isGranted = signals.every((signal) => updates.get(signal) ?? defaults.get(signal)?.isGranted)
      if (signals.some((signal) => updates.has(signal))) decided[purpose] = isGranted
      else if (signals.some((signal) => defaults.has(signal))) implied[purpose] = isGranted
    }
    return { decided, implied }
  }

  return { setDefault, update, read }
}
