import { scoreOf } from '../../profile/merge.ts'
import { compileComparison } from '../compare.ts'
import type { ScoreCondition } from '../condition.ts'
import type { Leaf } from '../leaf.ts'
import { readDuration } from '../time/duration.ts'

/** `{"score", "maxAge"}`: the newest imported score of that name; older than `maxAge` it counts as none. */
export const compileScore = (condition: ScoreCondition, key: string): Leaf => {
  const meets = compileComparison(condition)
  const maxAgeMs = condition.maxAge === undefined ? Number.POSITIVE_INFINITY : readDuration(condition.maxAge)!
  return {
    key,
    condition,
    inputs: [`score:${condition.score}`],
    atBirth: false,
    judge({ fragments }, now) {
      const score = scoreOf(fragments, condition.score)
      const holds = score !== undefined && score.timestamp > now - maxAgeMs && meets(score.value)
      return { holds, next: holds && maxAgeMs !== Number.POSITIVE_INFINITY ? score.timestamp + maxAgeMs : undefined }
    },
    show({ fragments }) {
      const score = scoreOf(fragments, condition.score)
      return score ? { value: score.value, at: score.timestamp } : { value: null }
    },
  }
}
