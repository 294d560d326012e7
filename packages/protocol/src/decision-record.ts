import type { Purpose } from './consent.ts'
import type { ConsentLaw } from './consent-law.ts'
import { isDecision } from './decision.ts'
import type { Event } from './event.ts'
import { isObject, type JsonObject } from './json.ts'
import { readConsent } from './read-consent.ts'
import { numberText } from './text.ts'
import type { EpochMs } from './time.ts'

/** How a decision came about; what a client calls it otherwise is kept as it says. */
export type DecisionBasis = 'expressed' | 'implied' | 'remembered'

/** A decision on consent as it can be proved later (SPEC CO1): what was decided, by whom it was taken, and on what ground. */
export interface DecisionRecord {
  messageId: string
  /** when it was made (the device's time, corrected), and when it arrived */
  decidedAt: EpochMs
  receivedAt: EpochMs
  /** the source whose event brought it */
  source: string
  /** `true` grants, `false` denies */
  choice: Record<Purpose, boolean>
  /** what took it, such as `banner`, `tcf`, `gpp` or `consent-mode`; null when nobody said */
  via: string | null
  /** `DecisionBasis`, or what the client calls it */
  basis: string
  /** the version of the policy that the visitor was shown */
  policyVersion: string | null
  /** what was shown: the words of the question, or their name */
  shown: string | null
  /** what proves it as received, such as a TC string, or the words of the button */
  proof: string | null
  /** the law that held for the visitor, said by the collector; null of events that none has stamped */
  law: ConsentLaw | null
  /** where the visitor was, such as `DE` or `US-CA`, said by the collector; null when it is not known, or not kept */
  region: string | null
  /** everything that was said about it, as received: the decision's own properties, and the signals of the context */
  received: JsonObject
}

const laws: ReadonlySet<unknown> = new Set<ConsentLaw>(['opt-in', 'opt-out', 'none'])

const textOf = (value: unknown): string | null => {
  if (typeof value === 'number') return numberText(value) ?? null
  return typeof value === 'string' && value !== '' ? value : null
}

/** The decision that an event is; undefined of events that carry along what was decided before. */
export const readDecision = (event: Event): DecisionRecord | undefined => {
  if (!isDecision(event)) return undefined
  const { properties = {}, context = {} } = event
  const { consent, consentManagement } = context
  const said = isObject(consent) ? consent : {}
  return {
    messageId: event.messageId,
    decidedAt: event.timestamp,
    receivedAt: event.receivedAt,
    source: event.source,
    choice: Object.fromEntries([...readConsent(context)].map(([purpose, state]) => [purpose, state === 'granted'])),
    via: textOf(properties.source),
    basis: textOf(properties.basis) ?? 'expressed',
    policyVersion: textOf(properties.policyVersion),
    shown: textOf(properties.shown),
    proof: textOf(properties.proof),
    law: laws.has(said.law) ? (said.law as ConsentLaw) : null,
    region: textOf(said.region),
    received: {
      properties,
      ...(isObject(consent) && { consent: consent as JsonObject }),
      ...(consentManagement !== undefined && { consentManagement }),
    },
  }
}
