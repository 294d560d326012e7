import { readFileKey } from '../file-key.ts'

/** A file as a list of the bucket shows it. */
export interface StoredFile {
  key: string
  /** bytes, compressed */
  size: number
  /** of its rows, and the first and last of their times in epoch ms; absent of files that were written before files said so */
  rows?: number
  from?: number
  until?: number
  /** the key of a file that was joined into it, and may still be there */
  replaces?: string
}

/** The bucket, as far as files of rows need it. */
export interface LakeStore {
  /** all files of a folder, in the order of their keys */
  list(folder: string): Promise<StoredFile[]>
  /** @returns undefined when it is gone */
  read(key: string): Promise<ArrayBuffer | undefined>
  /** bytes from `start` to before `end`; undefined when it is gone */
  readPart(key: string, start: number, end: number): Promise<ArrayBuffer | undefined>
  write(key: string, body: ArrayBuffer | string, metadata: Record<string, string>): Promise<void>
  remove(keys: readonly string[]): Promise<void>
}

const joinedPrefix = 'joined-'

/** What compaction has made, as against what a consumer of a queue has written. */
export const isJoined = ({ key }: StoredFile): boolean => readFileKey(key)?.name.startsWith(joinedPrefix) === true

/** @param hash of what is in the file */
export const joinedName = (hash: string): string => `${joinedPrefix}${hash}`

/** Reads what a list says: numbers as text. */
export const storedFile = (key: string, size: number, metadata: Readonly<Record<string, string>> = {}): StoredFile => {
  const file: StoredFile = { key, size }
  for (const name of ['rows', 'from', 'until'] as const) {
    const said = Number(metadata[name] ?? Number.NaN)
    if (Number.isFinite(said)) file[name] = said
  }
  if (metadata.replaces !== undefined) file.replaces = metadata.replaces
  return file
}
