import { touchOf } from '../../profile/merge.ts'
import type { Predicate } from '../condition.ts'
import type { Leaf } from '../leaf.ts'
import { compileWhere } from '../predicate.ts'

/** `{"touch", "where"}`: the first or last campaign that brought the visitor. False when none did. */
export const compileTouch = (
  condition: { touch: 'first' | 'last'; where?: readonly Predicate[] },
  key: string,
): Leaf => {
  const matches = compileWhere(condition.where)
  return {
    key,
    condition,
    inputs: ['touch'],
    atBirth: false,
    judge({ fragments }) {
      const touch = touchOf(fragments, condition.touch)
      return { holds: touch !== undefined && matches({ context: { campaign: touch.campaign } }), next: undefined }
    },
    show({ fragments }) {
      const touch = touchOf(fragments, condition.touch)
      return touch ? { campaign: touch.campaign, at: touch.timestamp, messageId: touch.messageId } : { campaign: null }
    },
  }
}
