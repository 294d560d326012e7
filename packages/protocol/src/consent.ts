import type { EpochMs } from './time.ts'

/** What somebody is asked to consent to, such as `analytics`; the workspace names them. */
export type Purpose = string

export type ConsentState = 'granted' | 'denied' | 'unknown'

/** What an unknown purpose means at a source: refused until granted, or granted until denied. */
export type ConsentPolicy = 'opt-in' | 'opt-out'

export interface ConsentDecision {
  state: 'granted' | 'denied'
  timestamp: EpochMs
  /** the source whose event brought it */
  source: string
}

export type ConsentRecord = Readonly<Record<Purpose, ConsentState | undefined>>

/**
 * The one decision on consent (SPEC CO2), asked by the tag, the collector, the profile, audiences, deliveries and the lake.
 * ALL purposes must allow it; none named allows it.
 *
 * @param record states, or a visitor's choices as they are on the wire: `true` grants, `false` denies
 *
 * @returns `granted`; `denied` when one purpose is denied; else `unknown` when one is unknown under opt-in
 */
export const decide = (
  purposes: readonly Purpose[],
  record: Readonly<Record<Purpose, ConsentState | boolean | undefined>>,
  policy: ConsentPolicy,
): ConsentState => {
  let decision: ConsentState | undefined
  for (const purpose of purposes) {
    const state = record[purpose] ?? 'unknown'
    if (state === false || state === 'denied') decision = 'denied'
    // anything but the one word is the stricter policy
    else if (state === 'unknown' && policy !== 'opt-out') decision ??= 'unknown'
  }
  return decision ?? 'granted'
}
