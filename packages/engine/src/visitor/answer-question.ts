import { type ConsentState, identifierKey, type Json, normalizeIdentifier } from '@spartito/protocol'
import { consentOf } from '../profile/decided-consent.ts'
import { shownTraits } from '../profile/shown-traits.ts'
import { type Asker, exposedAudiences } from './read.ts'
import type { VisitorState } from './state.ts'
import type { Plan } from './step.ts'

/** What is asked of the profile that an identifier leads to: by its own page, or by a server with a secret key. */
export type Question =
  /** @param traits the names of those that a verified asker may read */
  { kind: 'own'; asker: Asker; traits: readonly string[] } | { kind: 'summary' }

/** What a page reads of its own visitor (SPEC ID11). */
export interface OwnView {
  /** exposed ones, sorted */
  audiences: string[]
  traits: Record<string, Json>
}

/** What a server of the owner reads of a profile. */
export interface ProfileSummary {
  profileId: string
  traits: Record<string, Json>
  /** all of them, sorted */
  audiences: string[]
  consent: Record<string, ConsentState | undefined>
}

const traitsOf = (state: VisitorState, isWanted: (name: string) => boolean): Record<string, Json> => {
  const shown = Object.entries(shownTraits(state.fragments).traits).filter(([name]) => isWanted(name))
  return Object.fromEntries(shown.map(([name, { value }]) => [name, value]))
}

const hasBrought = ({ fragments }: VisitorState, anonymousId: string | undefined): boolean => {
  const value = normalizeIdentifier('anonymous_id', anonymousId)
  if (value === undefined) return false
  const key = identifierKey({ type: 'anonymous_id', value })
  return fragments.some(({ identifier }) => identifierKey(identifier) === key)
}

/** Answers from a host's state as it is now; null when nothing is known that the asker may know of. Pure. */
export const answerQuestion = (
  state: VisitorState,
  plan: Plan,
  question: Question,
): OwnView | ProfileSummary | null => {
  if (state.fragments.length === 0) return null
  if (question.kind === 'summary')
    return {
      profileId: state.profileId,
      traits: traitsOf(state, () => true),
      audiences: Object.keys(state.memberships).sort(),
      consent: consentOf(state.fragments),
    }
  const { asker, traits } = question
  if (!asker.verified && !hasBrought(state, asker.anonymousId)) return null
  return {
    audiences: exposedAudiences(state, plan, asker),
    traits: asker.verified ? traitsOf(state, (name) => traits.includes(name)) : {},
  }
}
