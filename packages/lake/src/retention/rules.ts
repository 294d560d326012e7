/** How long a kind is kept, in ms, as a workspace has it (SPEC RT); Infinity: without end. */
export interface KeptFor {
  /** of a source that says nothing else */
  ms: number
  bySource: ReadonlyMap<string, number>
  longestMs: number
}

/** Which rows of an hour go when it is over for so long. */
export interface RetentionRule {
  /** `all`, `of <source>` or `others`: how far it has come is kept under this name */
  name: string
  ms: number
  /** undefined: every row goes, and so does the file */
  isGone?: (source: string) => boolean
}

/** What is to be done for a kind, the longest time first, so that nothing is written again that goes as a whole; nothing when all is kept without end. */
export const retentionRules = ({ ms, bySource, longestMs }: KeptFor): RetentionRule[] => {
  const rules: RetentionRule[] = []
  for (const [source, its] of bySource)
    if (its < longestMs) rules.push({ name: `of ${source}`, ms: its, isGone: (one) => one === source })
  if (ms < longestMs) rules.push({ name: 'others', ms, isGone: (one) => !bySource.has(one) })
  if (Number.isFinite(longestMs)) rules.push({ name: 'all', ms: longestMs })
  return rules.sort((a, b) => b.ms - a.ms)
}
