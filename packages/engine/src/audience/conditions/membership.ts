import { own } from '../../own.ts'
import type { AudienceCondition } from '../condition.ts'
import type { Evidence, Leaf } from '../leaf.ts'
import { readDuration } from '../time/duration.ts'

/** `{"audience", "for"}`: a member of another audience, at least so long. That one has been decided before (compile). */
export const compileMembership = (condition: AudienceCondition, key: string): Leaf => {
  const forMs = condition.for === undefined ? 0 : readDuration(condition.for)!
  const sinceOf = ({ memberships }: Evidence) => own(memberships, condition.audience)?.since
  return {
    key,
    condition,
    // What changes it is known by the order of audiences, not by an input.
    inputs: [],
    atBirth: undefined,
    audience: condition.audience,
    ...(condition.for === undefined ? {} : { isOfHistory: true as const }),
    judge(evidence, now) {
      const since = sinceOf(evidence)
      if (since === undefined) return { holds: false, next: undefined }
      return { holds: since + forMs <= now, next: since + forMs > now ? since + forMs : undefined }
    },
    show: (evidence) => ({ since: sinceOf(evidence) ?? null }),
  }
}
