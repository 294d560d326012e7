import {
  type ErasedFile,
  eraseFile,
  folderOf,
  type HeldIds,
  holdOrder,
  type LakeKind,
  type LakeStore,
  mayHold,
  readFileKey,
  type StoredFile,
  type Subjects,
  storedFile,
} from '@spartito/lake'
import type { RunBudget } from '../run-budget.ts'
import type { PassState } from './pass-state.ts'

/** Ends of files that are looked at side by side. */
const atATime = 6

interface Scan {
  bucket: R2Bucket
  store: LakeStore
  subjects: Subjects
  budget: RunBudget
  seen: Seen
  /** stores a file without the rows of the subjects */
  rewrite(kind: LakeKind, hour: string, key: string, erased: ErasedFile): Promise<void>
  /** keeps how far the pass has come */
  keep(state: PassState): void
}

/** Rows that went from the folder that a pass is in, by their keys: a copy of one counts once. */
export interface Seen {
  folder: string
  keys: Set<string>
}

const seenIn = (seen: Seen, folder: string): Set<string> => {
  if (seen.folder !== folder) Object.assign(seen, { folder, keys: new Set() })
  return seen.keys
}

const eraseOne = async (
  { store, subjects, budget, seen, rewrite }: Scan,
  kind: LakeKind,
  file: StoredFile,
  held?: HeldIds,
): Promise<boolean> => {
  budget.spend(3)
  const { hour } = readFileKey(file.key)!
  const erased = await eraseFile(kind, file, store, subjects, seenIn(seen, folderOf(kind, hour)), held)
  if (erased) await rewrite(kind, hour, file.key, erased)
  return erased !== undefined
}

/** A folder of the quarantine as a whole, since one file tells whose the rows of another are. */
const scanHeld = async (scan: Scan, folder: string, state: PassState): Promise<PassState> => {
  const listed = await scan.store.list(folder)
  scan.budget.spend(1 + listed.length)
  const { held, files } = await holdOrder(listed, scan.store, scan.subjects)
  let filesRewritten = state.filesRewritten
  if (held.size > 0) for (const file of files) if (await eraseOne(scan, 'quarantine', file, held)) filesRewritten++
  const [read, last] = [files.length, listed.at(-1)?.key ?? folder]
  return { ...state, after: last, files: state.files + read, filesRead: state.filesRead + read, filesRewritten }
}

/** Some files one after the other; those whose ends say that they hold nothing are not read. */
const scanSome = async (
  scan: Scan,
  kind: LakeKind,
  files: readonly StoredFile[],
  begun: PassState,
): Promise<PassState> => {
  scan.budget.spend(files.length)
  const may = await Promise.all(files.map((file) => mayHold(kind, file, scan.store, scan.subjects)))
  let state = begun
  for (const [index, file] of files.entries()) {
    const isRewritten = may[index]! && (await eraseOne(scan, kind, file))
    state = {
      ...state,
      after: file.key,
      files: state.files + 1,
      filesRead: state.filesRead + Number(may[index]),
      filesRewritten: state.filesRewritten + Number(isRewritten),
    }
    if (isRewritten) scan.keep(state)
  }
  return state
}

/**
 * Goes on through the files of a kind, or of one folder, after the last one that is done.
 *
 * @returns how far it came, and whether that is the end
 */
export const scanFiles = async (
  scan: Scan,
  kind: LakeKind,
  prefix: string,
  begun: PassState,
): Promise<{ state: PassState; isDone: boolean }> => {
  const { bucket, budget, keep } = scan
  let state = begun
  for (let isMore = true; isMore; ) {
    if (budget.isOver()) return { state, isDone: false }
    budget.spend(1)
    const page = await bucket.list({
      prefix,
      include: ['customMetadata'],
      ...(state.after !== '' && { startAfter: state.after }),
    })
    const files = page.objects.map(({ key, size, customMetadata }) => storedFile(key, size, customMetadata))
    const named = files.filter(({ key }) => readFileKey(key))
    isMore = page.truncated
    for (let at = 0; at < named.length; ) {
      if (budget.isOver()) return { state, isDone: false }
      const first = named[at]!
      if (kind === 'quarantine') {
        const { hour } = readFileKey(first.key)!
        state = await scanHeld(scan, folderOf(kind, hour), state)
        while (named[at] && named[at]!.key <= state.after) at++
      } else {
        state = await scanSome(scan, kind, named.slice(at, at + atATime), state)
        at += atATime
      }
      keep(state)
    }
    const last = files.at(-1)?.key
    if (last !== undefined && last > state.after) state = { ...state, after: last }
  }
  return { state, isDone: true }
}
