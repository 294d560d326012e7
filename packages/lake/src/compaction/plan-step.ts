import { isJoined, type StoredFile } from './stored-file.ts'

/** What one step may hold in memory, which is well under the 128 MB of a Worker. */
export interface StepLimits {
  /** rows of the file that it makes */
  maxRows: number
  /** compressed bytes of the files that it reads to join them */
  maxBytes: number
  /** of the same, uncompressed, as the files themselves say */
  maxRawBytes: number
  /** files that it joins; a Worker may make a bounded number of requests in one run */
  maxFiles: number
}

export const stepLimits: StepLimits = {
  maxRows: 25_000,
  maxBytes: 8_000_000,
  maxRawBytes: 12_000_000,
  maxFiles: 400,
}

/** A copy of a row may have another time: what is sent again comes within minutes. */
export const copyWithinMs = 5 * 60_000

export interface Step {
  /** to be joined to one file, in the order in which they are read */
  join: StoredFile[]
  /** files that stay, and may have some of the same rows */
  against: StoredFile[]
}

/** Files whose rows are all in another: what joined them was cut off before it had deleted them. Never both of two that name each other. */
export const replacedFiles = (files: readonly StoredFile[]): StoredFile[] =>
  files.filter(({ key, replaces }) => files.some((by) => by.replaces === key && by.key !== replaces))

const rowsOf = ({ rows, size }: StoredFile): number => rows ?? Math.ceil(size / 50)

const mayShare = (a: StoredFile, b: StoredFile): boolean => {
  if (a.from === undefined || a.until === undefined || b.from === undefined || b.until === undefined) return true
  return a.from <= b.until + copyWithinMs && b.from <= a.until + copyWithinMs
}

/** By time, then by key: files that follow one another are joined, so that few of the others can have the same rows. */
export const inOrder = (a: StoredFile, b: StoredFile): number =>
  (a.from ?? 0) - (b.from ?? 0) || (a.key < b.key ? -1 : 1)

/**
 * What to do next with the files of one hour: what consumers wrote is joined, with the smallest joined one when that has room. A file alone
 * stays as it is. Pure.
 *
 * @returns undefined when nothing is left to do
 */
export const planStep = (files: readonly StoredFile[], limits: StepLimits): Step | undefined => {
  const fresh = files.filter((file) => !isJoined(file)).sort(inOrder)
  if (fresh.length === 0 || files.length === 1) return undefined
  let [rows, bytes] = [0, 0]
  const fits = (file: StoredFile): boolean =>
    rows + rowsOf(file) <= limits.maxRows && bytes + file.size <= limits.maxBytes
  const join: StoredFile[] = []
  const take = (file: StoredFile): void => {
    join.push(file)
    rows += rowsOf(file)
    bytes += file.size
  }
  for (const file of fresh) {
    if (join.length > 0 && (!fits(file) || join.length >= limits.maxFiles - 1)) break
    take(file)
  }
  const [smallest] = files.filter(isJoined).sort((a, b) => rowsOf(a) - rowsOf(b))
  if (smallest && fits(smallest)) take(smallest)
  const taken = new Set(join)
  return {
    join,
    against: files.filter((file) => !taken.has(file) && isJoined(file) && join.some((of) => mayShare(file, of))),
  }
}
