import type { EpochMs } from '@spartito/protocol'
import { firstSeenOf, lastSeenOf } from '../../profile/merge.ts'
import type { Condition, SeenComparison } from '../condition.ts'
import type { Evidence, Leaf } from '../leaf.ts'
import type { Judgement } from '../memory/memory.ts'
import { readDuration } from '../time/duration.ts'
import { compileWindow, judgeInstant } from '../time/window.ts'

const earliest = (a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a

/** `{"firstSeen"}` and `{"lastSeen"}`: within a window, or at least so long before now. False for the empty profile. */
export const compileSeen = (
  condition: Condition,
  key: string,
  which: 'firstSeen' | 'lastSeen',
  { within, before }: SeenComparison,
): Leaf => {
  const window = compileWindow(within)
  const beforeMs = before === undefined ? undefined : readDuration(before)!
  const seenOf = ({ fragments }: Evidence): EpochMs | undefined =>
    which === 'firstSeen' ? firstSeenOf(fragments) : lastSeenOf(fragments)
  const isBefore = (at: EpochMs, now: EpochMs): Judgement => {
    if (beforeMs === undefined) return { holds: true, next: undefined }
    const turns = at + beforeMs
    return { holds: turns <= now, next: turns > now ? turns : undefined }
  }
  return {
    key,
    condition,
    inputs: [which],
    atBirth: undefined,
    judge(evidence, now) {
      const at = seenOf(evidence)
      if (at === undefined) return { holds: false, next: undefined }
      const inside = judgeInstant(window, at, now)
      const old = isBefore(at, now)
      return { holds: inside.holds && old.holds, next: earliest(inside.next, old.next) }
    },
    show: (evidence) => ({ [which]: seenOf(evidence) ?? null }),
  }
}
