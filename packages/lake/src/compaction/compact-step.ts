import { createHash } from 'node:crypto'
import { folderOf } from '../file-key.ts'
import { type HourlyKind, hourlyKinds, type Kind } from '../kind.ts'
import { ownerFilters } from '../owner-filters.ts'
import {
  fromStored,
  type OpenFile,
  openParquet,
  readColumn,
  readParquet,
  type Stored,
  writeColumns,
} from '../parquet.ts'
import { rowKey } from '../row-key.ts'
import { planStep, replacedFiles, type StepLimits } from './plan-step.ts'
import { isJoined, joinedName, type LakeStore, type StoredFile } from './stored-file.ts'

/** What one step did. */
export interface StepDone {
  /** files that are gone */
  joined: number
  /** rows of the file that holds what was in them */
  rows: number
  /** rows that were there more than once */
  copies: number
}

interface Taken extends OpenFile {
  stored: StoredFile
}

/** Where a row is, and when it was. */
interface Place {
  file: Taken
  row: number
  at: number
}

/** Opens files until there is enough to hold in memory; the others are left to the next step. */
const openAll = async (files: readonly StoredFile[], store: LakeStore, limits: StepLimits): Promise<Taken[]> => {
  const taken: Taken[] = []
  let [rows, bytes] = [0, 0]
  for (const stored of files) {
    const body = await store.read(stored.key)
    if (!body) continue
    const open = await openParquet(body)
    rows += open.rows
    bytes += open.rawBytes
    // What a list says of the rows may be absent.
    if (taken.length > 0 && (bytes > limits.maxRawBytes || rows > limits.maxRows)) break
    taken.push({ ...open, stored })
  }
  return taken
}

/** The rows of files by their keys: of several with the same one, the last. */
const placesOf = async (kind: Kind, files: readonly Taken[]): Promise<Map<string, Place>> => {
  const places = new Map<string, Place>()
  const names = [...new Set([...kind.key, kind.time])]
  for (const file of files) {
    const columns = await Promise.all(names.map((name) => readColumn(file, name)))
    for (let row = 0; row < file.rows; row++) {
      const values = Object.fromEntries(names.map((name, index) => [name, fromStored(columns[index]![row])]))
      places.set(rowKey(kind, values), { file, row, at: Number(values[kind.time]) })
    }
  }
  return places
}

/** Gathers rows into one file, column by column, so that no row is ever whole in memory. */
const gather = async (kind: Kind, files: readonly Taken[], places: readonly Place[]): Promise<ArrayBuffer> => {
  const gathered: Record<string, Stored[]> = {}
  for (const name of Object.keys(kind.columns)) {
    const values = new Map<Taken, ArrayLike<Stored>>()
    for (const file of files) values.set(file, await readColumn(file, name))
    gathered[name] = places.map(({ file, row }) => values.get(file)![row] ?? null)
  }
  return writeColumns(kind, gathered, ownerFilters(kind, gathered))
}

const joinStep = async (
  hourly: HourlyKind,
  folder: string,
  { join, against }: NonNullable<ReturnType<typeof planStep>>,
  store: LakeStore,
  limits: StepLimits,
): Promise<StepDone> => {
  const kind = hourlyKinds[hourly]
  const taken = await openAll(join, store, limits)
  const places = await placesOf(kind, taken)
  for (const { key } of against) {
    const body = await store.read(key)
    const rows = body ? await readParquet(kind, body, kind.key) : []
    for (const row of rows) places.delete(rowKey(kind, row))
  }
  // By time, and of the same time by key: the same rows give the same file.
  const kept = [...places].sort(([a, { at: atA }], [b, { at: atB }]) => atA - atB || (a < b ? -1 : 1))
  const hash = createHash('sha256')
  for (const [key] of kept) hash.update(key).update('\n')
  const key = `${folder}${joinedName(hash.digest('hex').slice(0, 32))}.parquet`
  const gone = taken.map(({ stored }) => stored).filter((file) => file.key !== key)
  const replaces = gone.find(isJoined)?.key
  if (kept.length > 0) {
    const [from, until] = [kept[0]![1].at, kept.at(-1)![1].at].map(String) as [string, string]
    const body = await gather(
      kind,
      taken,
      kept.map(([, place]) => place),
    )
    await store.write(key, body, {
      rows: String(kept.length),
      from,
      until,
      ...(replaces !== undefined && { replaces }),
    })
  }
  // What consumers wrote goes last: while some of it is there, another step looks at the hour.
  for (const its of [gone.filter(isJoined), gone.filter((file) => !isJoined(file))])
    if (its.length > 0) await store.remove(its.map((file) => file.key))
  return {
    joined: gone.length,
    rows: kept.length,
    copies: taken.reduce((sum, { rows }) => sum + rows, 0) - kept.length,
  }
}

/**
 * One step of joining the files of an hour: reads some, writes what is in them once into one file, then deletes them. Its name is the hash
 * of the rows' keys, so that the same step made again overwrites. Nothing is deleted before what was in it is stored, so whatever ends
 * between two of its parts leaves at most copies, which the next step takes out, and which every reader tells by their keys (SPEC LA3).
 *
 * @returns undefined when nothing is left to do
 */
export const compactStep = async (
  kind: HourlyKind,
  hour: string,
  store: LakeStore,
  limits: StepLimits,
): Promise<StepDone | undefined> => {
  const folder = folderOf(kind, hour)
  const files = await store.list(folder)
  const replaced = replacedFiles(files)
  if (replaced.length > 0) {
    await store.remove(replaced.map(({ key }) => key))
    return { joined: replaced.length, rows: 0, copies: 0 }
  }
  const step = planStep(files, limits)
  return step && joinStep(kind, folder, step, store, limits)
}
