import type { AudienceChange } from '@spartito/protocol'
import { noon } from './events.ts'

/** `entered engaged @5`: what changed, and how many milliseconds after noon it became true. */
export const told = (changes: readonly AudienceChange[]): string[] =>
  changes.map(
    ({ type, audience, effectiveAt, cause }) => `${type.slice(9)} ${audience} @${effectiveAt - noon} by ${cause}`,
  )
