/** What is known of an erasure in the lake. Whose it is lies in the bucket, and goes when it is done. */
export interface LakeErasureState {
  isDone: boolean
  /** files whose rows were looked at, in the pass that it was part of; of the others their ends said that they hold none */
  filesRead: number
  filesRewritten: number
  /** all files that the pass came to, `filesRead` among them */
  files: number
  /** by kind, and `parked` for parked bodies */
  rows: Record<string, number>
}
