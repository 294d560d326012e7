import { createHash } from 'node:crypto'
import type { Row } from '../column.ts'
import { folderOf } from '../file-key.ts'
import { type HourlyKind, hourlyKinds } from '../kind.ts'
import { rawBytes, readParquet, writeParquet } from '../parquet.ts'
import { metadataOf } from '../row-files.ts'
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

interface Taken {
  file: StoredFile
  rows: Row[]
}

/** Reads files until there is enough in memory; the others are left to the next step. */
const readAll = async (kind: HourlyKind, files: readonly StoredFile[], store: LakeStore, limits: StepLimits) => {
  const taken: Taken[] = []
  let bytes = 0
  for (const file of files) {
    const body = await store.read(file.key)
    if (!body) continue
    bytes += await rawBytes(body)
    if (taken.length > 0 && bytes > limits.maxRawBytes) break
    taken.push({ file, rows: await readParquet(hourlyKinds[kind], body) })
  }
  return taken
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
  if (!step) return undefined
  const { time } = hourlyKinds[kind]
  const taken = await readAll(kind, step.join, store, limits)
  const all = taken.reduce((sum, { rows }) => sum + rows.length, 0)
  const byKey = new Map<string, Row>()
  for (const { rows } of taken) for (const row of rows) byKey.set(rowKey(hourlyKinds[kind], row), row)
  for (const { key } of step.against) {
    const body = await store.read(key)
    const rows = body ? await readParquet(hourlyKinds[kind], body, hourlyKinds[kind].key) : []
    for (const row of rows) byKey.delete(rowKey(hourlyKinds[kind], row))
  }
  // By time, and of the same time by key: the same rows give the same file.
  const kept = [...byKey].sort(
    ([a, { [time]: atA }], [b, { [time]: atB }]) => Number(atA) - Number(atB) || (a < b ? -1 : 1),
  )
  const hash = createHash('sha256')
  for (const [key] of kept) hash.update(key).update('\n')
  const key = `${folder}${joinedName(hash.digest('hex').slice(0, 32))}.parquet`
  const rows = kept.map(([, row]) => row)
  const gone = taken.map(({ file }) => file).filter((file) => file.key !== key)
  const replaces = gone.find(isJoined)?.key
  const metadata = { ...metadataOf(kind, rows), ...(replaces !== undefined && { replaces }) }
  if (rows.length > 0) await store.write(key, writeParquet(hourlyKinds[kind], rows), metadata)
  // What consumers wrote goes last: while some of it is there, another step looks at the hour.
  for (const its of [gone.filter(isJoined), gone.filter((file) => !isJoined(file))])
    if (its.length > 0) await store.remove(its.map((file) => file.key))
  return { joined: gone.length, rows: rows.length, copies: all - rows.length }
}
