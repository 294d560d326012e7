import type { EpochMs } from '@spartito/protocol'
import { own } from '../../own.ts'
import { firstSeenOf, traitOf } from '../../profile/merge.ts'
import { shown } from '../aggregate/edge.ts'
import { compileComparison } from '../compare.ts'
import type { TraitCondition } from '../condition.ts'
import { eventLeaf } from '../event-leaf.ts'
import type { Evidence, Leaf } from '../leaf.ts'
import { readDuration } from '../time/duration.ts'
import { type Run, runMemory } from './run.ts'

const winningValue = ({ fragments }: Evidence, trait: string) => traitOf(fragments, trait)?.value

/** `{"trait"}` with the operators of predicates: the winning value of the profile (ID13). */
const compileValue = (condition: TraitCondition, key: string): Leaf => {
  const meets = compileComparison(condition)
  const { trait } = condition
  return {
    key,
    condition,
    inputs: [`trait:${trait}`],
    atBirth: meets(undefined),
    judge: (evidence) => ({ holds: meets(winningValue(evidence, trait)), next: undefined }),
    show(evidence) {
      const value = winningValue(evidence, trait)
      return {
        value: value === undefined ? null : shown(value),
        at: traitOf(evidence.fragments, trait)?.timestamp ?? null,
      }
    },
  }
}

/** With `hasBeenFor`: the value has met the comparison without a break for at least so long. */
const compileLasting = (condition: TraitCondition, key: string, forMs: number): Leaf => {
  const { trait } = condition
  const meets = compileComparison(condition)
  const memory = runMemory(forMs)
  const leaf = eventLeaf<Run>(condition, key, {
    feeds: [{ event: 'identify' }],
    fields: [['traits', trait]],
    read(event) {
      const value = event.type === 'identify' ? own(event.traits ?? {}, trait) : undefined
      return value === undefined ? undefined : [event.timestamp, event.receivedAt, event.messageId, meets(value)]
    },
    memory,
  })
  if (!meets(undefined)) return leaf
  // A trait that was never set has been missing since the profile was first seen.
  const missingSince = ({ fragments }: Evidence): EpochMs | undefined =>
    fragments.some((fragment) => Object.hasOwn(fragment.memory, key)) ? undefined : firstSeenOf(fragments)
  return {
    ...leaf,
    inputs: [...leaf.inputs, 'firstSeen'],
    atBirth: undefined,
    judge(evidence, now) {
      const since = missingSince(evidence)
      if (since === undefined) return leaf.judge(evidence, now)
      return { holds: since + forMs <= now, next: since + forMs > now ? since + forMs : undefined }
    },
    show(evidence, now) {
      const since = missingSince(evidence)
      return since === undefined ? leaf.show(evidence, now) : { value: null, since }
    },
  }
}

export const compileTrait = (condition: TraitCondition, key: string): Leaf =>
  condition.hasBeenFor === undefined
    ? compileValue(condition, key)
    : compileLasting(condition, key, readDuration(condition.hasBeenFor)!)
