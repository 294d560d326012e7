import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { folderKeys } from './folder-files.ts'
import type { KindName } from './kinds.ts'
import { isWanted } from './lake-key.ts'

/** A file as the administration lists it. */
export interface ListedFile {
  key: string
  /** bytes */
  size: number
  etag?: string
}

/** What the administration says of the lake: `GET /admin/lake/files`, page by page, and `GET /admin/lake/file`. */
export interface RemoteLake {
  list(
    kind: KindName,
    since: string | undefined,
    after: string | undefined,
  ): Promise<{ files: ListedFile[]; next?: string | null }>
  /** undefined when the file is gone meanwhile, as one is that was compacted */
  read(key: string): Promise<Uint8Array | undefined>
}

export interface Progress {
  files: number
  ofFiles: number
  bytes: number
}

const parallel = 8
/** Compaction replaces files while they are read; so often the list is taken anew before that is a fault. */
const maxLists = 4

const listAll = async (lake: RemoteLake, kind: KindName, since: string | undefined): Promise<ListedFile[]> => {
  const files: ListedFile[] = []
  let after: string | undefined
  do {
    const page = await lake.list(kind, since, after)
    files.push(...page.files.filter(({ key }) => isWanted(key, kind, since)))
    if (page.next && page.next === after) throw new Error(`the list of ${kind} does not end: "${after}" comes again`)
    after = page.next ?? undefined
  } while (after !== undefined)
  return files
}

/** What the cache has, by key: what each file was when it came. */
type Known = Record<string, Pick<ListedFile, 'size' | 'etag'>>

const knownFile = 'files.json'

const readKnown = async (cache: string): Promise<Known> => {
  const file = join(cache, knownFile)
  if (!existsSync(file)) return {}
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Known
  } catch {
    return {} // what a kill has left half-written: all files are taken anew
  }
}

/** For the owner alone: the lake knows people. */
const writeWhole = async (file: string, body: Uint8Array | string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const half = `${file}.${process.pid}.part`
  await writeFile(half, body, { mode: 0o600 })
  await rename(half, file)
}

const isSame = (file: ListedFile, known: Known[string] | undefined): boolean =>
  known !== undefined && known.size === file.size && known.etag === file.etag

/**
 * Brings a folder to what the lake has of some kinds: what is new or changed is read, 8 files at a time, and what the lake no longer has
 * goes, since a compacted file has taken its place. What breaks off is gone on with by the next call.
 *
 * @param sinceOf the first day of receipt that is wanted of a kind, in UTC; earlier files are left as they are
 * @throws Error when the lake does not answer, or never stays still
 */
export const syncLake = async (
  lake: RemoteLake,
  cache: string,
  kinds: readonly KindName[],
  sinceOf: (kind: KindName) => string | undefined,
  tell: (progress: Progress) => void = () => {},
): Promise<void> => {
  const known = await readKnown(cache)
  const progress: Progress = { files: 0, ofFiles: 0, bytes: 0 }
  for (const kind of kinds) {
    const since = sinceOf(kind)
    let listed: ListedFile[] = []
    for (let lists = 1; ; lists++) {
      listed = await listAll(lake, kind, since)
      const wanted = listed.filter((file) => !isSame(file, known[file.key]) || !existsSync(join(cache, file.key)))
      progress.ofFiles += wanted.length
      const missed = await fetchFiles(lake, cache, wanted, known, progress, tell)
      if (missed === 0) break
      progress.ofFiles -= missed
      if (lists === maxLists) throw new Error(`files of ${kind} go away while they are read: try again in a minute`)
    }
    // Only now: until its successor is here, a compacted file's rows are in its predecessors alone.
    const there = new Set(listed.map(({ key }) => key))
    for (const key of await folderKeys(cache, kind, since))
      if (!there.has(key)) {
        await rm(join(cache, key), { force: true })
        delete known[key]
      }
  }
  await writeWhole(join(cache, knownFile), JSON.stringify(known))
}

/** @returns how many were gone when they were asked for */
const fetchFiles = async (
  lake: RemoteLake,
  cache: string,
  wanted: readonly ListedFile[],
  known: Known,
  progress: Progress,
  tell: (progress: Progress) => void,
): Promise<number> => {
  let missed = 0
  const waiting = wanted.values()
  const take = async (): Promise<void> => {
    for (const file of waiting) {
      const body = await lake.read(file.key)
      if (!body) {
        missed++
        continue
      }
      await writeWhole(join(cache, file.key), body)
      known[file.key] = { size: file.size, ...(file.etag !== undefined && { etag: file.etag }) }
      progress.files++
      progress.bytes += body.byteLength
      tell(progress)
    }
  }
  const results = await Promise.allSettled(Array.from({ length: parallel }, take))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) {
    // What has come need not come again.
    await writeWhole(join(cache, knownFile), JSON.stringify(known))
    throw failed.reason
  }
  return missed
}
