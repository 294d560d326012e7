import type { AudienceChange } from '@spartito/protocol'
import type { ExpectedChange } from './simulate.ts'

type Ordered = Pick<AudienceChange, 'audience' | 'effectiveAt' | 'cause' | 'seq'>

/**
 * Changes in order of `seq`, but those of one evaluation by audience: the SPEC does not order the flips of one instant
 * beyond what depends on what.
 */
const inCanonicalOrder = <T extends Ordered>(changes: readonly T[]): T[] => {
  const runs: T[][] = []
  for (const change of [...changes].sort((a, b) => a.seq - b.seq)) {
    const run = runs.at(-1)
    const isSameEvaluation =
      run?.[0]?.effectiveAt === change.effectiveAt && (run[0].cause === 'time') === (change.cause === 'time')
    if (run && isSameEvaluation) run.push(change)
    else runs.push([change])
  }
  return runs.flatMap((run) => run.sort((a, b) => (a.audience < b.audience ? -1 : a.audience > b.audience ? 1 : 0)))
}

const describeChange = ({ type, audience, version, cause, effectiveAt }: Omit<ExpectedChange, 'seq' | 'causeIds'>) =>
  `${type} ${audience} v${version} by ${cause} at ${effectiveAt}`

/** Says in a sentence each where emitted changes differ from the expected ones; none when they agree. */
export const compareChanges = (
  profileId: string,
  expected: readonly ExpectedChange[],
  emitted: readonly AudienceChange[],
): string[] => {
  const found: string[] = []
  const seqs = emitted.map((change) => change.seq).sort((a, b) => a - b)
  if (seqs.some((seq, index) => seq !== index + 1)) found.push(`seq has gaps or repeats: ${seqs.join(' ')}`)
  for (const { id, audience, seq } of emitted)
    if (id !== `${profileId}:${audience}:${seq}`) found.push(`the id of ${audience} ${seq} is ${id}`)
  const want = inCanonicalOrder(expected)
  const have = inCanonicalOrder(emitted)
  for (let index = 0; index < Math.max(want.length, have.length); index++) {
    const wanted = want[index]
    const got = have[index]
    const wantedText = wanted ? describeChange(wanted) : 'nothing'
    const gotText = got ? describeChange(got) : 'nothing'
    if (wantedText !== gotText) found.push(`change ${index + 1}: expected ${wantedText}, got ${gotText}`)
    else if (wanted && got && wanted.cause !== 'definition' && !wanted.causeIds.includes(got.causeId))
      found.push(`change ${index + 1}: ${gotText} names ${got.causeId}, expected ${wanted.causeIds.join(' or ')}`)
  }
  return found
}
