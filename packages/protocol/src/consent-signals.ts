import type { Purpose } from './consent.ts'
import { isObject, type JsonObject } from './json.ts'
import { readConsent } from './read-consent.ts'

/** What a request and its source say about consent, beside what the event itself says. */
export interface ConsentSignals {
  /** the purposes of a consent manager's own categories, by their names there, such as `C0002` */
  names?: Readonly<Record<string, Purpose>> | undefined
  /** what Global Privacy Control refuses where nothing else decides: all purposes there are, or none */
  refused: readonly Purpose[]
}

/** The ids of a list, or of an object by id, which is how consent managers write them. */
const idsOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.filter((id) => typeof id === 'string')
  return isObject(value) ? Object.keys(value) : []
}

/** RudderStack's form, `context.consentManagement`: what is denied wins. https://www.rudderstack.com/docs/data-governance/consent-management/ */
const readManagement = (context: JsonObject): [id: string, isGranted: boolean][] => {
  const said = context.consentManagement
  if (!isObject(said)) return []
  const allowed = idsOf(said.allowedConsentIds).map((id) => [id, true] as [string, boolean])
  return [...allowed, ...idsOf(said.deniedConsentIds).map((id) => [id, false] as [string, boolean])]
}

/**
 * An event's consent in the one form that everything reads (SPEC CO1): what the event says itself, in Segment's form, then RudderStack's, then what
 * Global Privacy Control refuses; an earlier one of these wins. What came stays in the context: RudderStack's form where it was, Segment's as
 * `consent.received` where it was rewritten, and the signal as `consent.gpc`.
 *
 * @returns the context with `consent.categoryPreferences`; the very same when nothing is to be added
 */
export const settleConsent = (context: JsonObject, { names = {}, refused }: ConsentSignals): JsonObject => {
  const choice = new Map<Purpose, boolean>()
  const purposeOf = (name: string): Purpose => (Object.hasOwn(names, name) ? names[name]! : name)
  for (const purpose of refused) choice.set(purpose, false)
  for (const [id, isGranted] of readManagement(context)) choice.set(purposeOf(id), isGranted)
  const own = readConsent(context)
  // of two categories that are one purpose here, ALL have to be granted
  const decided = new Map<Purpose, boolean>()
  for (const [name, state] of own) {
    const purpose = purposeOf(name)
    decided.set(purpose, (decided.get(purpose) ?? true) && state === 'granted')
  }
  for (const [purpose, isGranted] of decided) choice.set(purpose, isGranted)
  const isSame =
    choice.size === own.size && [...choice].every(([purpose, is]) => own.get(purpose) === (is ? 'granted' : 'denied'))
  if (isSame) return context
  const consent = isObject(context.consent) ? (context.consent as JsonObject) : {}
  return {
    ...context,
    consent: {
      ...consent,
      ...(own.size > 0 && { received: consent.categoryPreferences! }),
      categoryPreferences: Object.fromEntries(choice),
      ...(refused.length > 0 && { gpc: true }),
    },
  }
}
