import { isObject } from './json.ts'

/**
 * The purposes that an event's context decides (SPEC CO1): Segment's `context.consent.categoryPreferences`,
 * `{purpose: boolean}`. What is neither true nor false decides nothing.
 */
export const readConsent = (context: unknown): Map<string, 'granted' | 'denied'> => {
  const decided = new Map<string, 'granted' | 'denied'>()
  const consent = isObject(context) ? context.consent : undefined
  const preferences = isObject(consent) ? consent.categoryPreferences : undefined
  if (!isObject(preferences)) return decided
  for (const [purpose, given] of Object.entries(preferences))
    if (typeof given === 'boolean') decided.set(purpose, given ? 'granted' : 'denied')
  return decided
}
