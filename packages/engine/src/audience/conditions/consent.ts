import type { ConsentState } from '@spartito/protocol'
import { own } from '../../own.ts'
import type { Evidence, Leaf } from '../leaf.ts'

/** `{"consent", "is"}`: what was decided on a purpose; `unknown` when nothing was, whatever a source's policy makes of it. */
export const compileConsent = (condition: { consent: string; is: ConsentState }, key: string): Leaf => {
  const stateOf = ({ consent }: Evidence): ConsentState =>
    own(consent as Record<string, ConsentState>, condition.consent) ?? 'unknown'
  return {
    key,
    condition,
    inputs: [`consent:${condition.consent}`],
    atBirth: condition.is === 'unknown',
    judge: (evidence) => ({ holds: stateOf(evidence) === condition.is, next: undefined }),
    show: (evidence) => ({ state: stateOf(evidence) }),
  }
}
