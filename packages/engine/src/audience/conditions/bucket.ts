import { hashShare } from '../../hash.ts'
import { compileComparison } from '../compare.ts'
import type { NumberComparison } from '../condition.ts'
import type { Evidence, Leaf } from '../leaf.ts'

/** `{"bucket"}`: where a profileId falls in [0, 1) by a salted hash, so a share of visitors is stable and salts are independent. */
export const compileBucket = (condition: { bucket: { salt: string } & NumberComparison }, key: string): Leaf => {
  const meets = compileComparison(condition.bucket)
  const placeOf = ({ profileId }: Evidence): number => hashShare(`${condition.bucket.salt}:${profileId}`)
  return {
    key,
    condition,
    inputs: [],
    atBirth: undefined,
    judge: (evidence) => ({ holds: meets(placeOf(evidence)), next: undefined }),
    show: (evidence) => ({ place: placeOf(evidence) }),
  }
}
