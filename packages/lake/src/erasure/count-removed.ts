import type { Row } from '../column.ts'
import { kindOf, type LakeKind } from '../kind.ts'
import { countedBy, countRows, type RemovedCount } from '../manifest/make-manifest.ts'
import { fromStored, type OpenFile, readColumn } from '../parquet.ts'
import { rowKey } from '../row-key.ts'

/** Rows that are to go of a file, as they are counted: without the copies of what has gone with another file of the folder. */
export interface RemovedRows {
  /** their places, each once */
  places: number[]
  /** by source, as manifests count what there is; one for all of a kind that has no sources */
  counts: UnnamedCount[]
}

/** As a manifest has it, but for why. */
export type UnnamedCount = Omit<RemovedCount, 'why'>

const left = new Set<unknown>(['recovered', 'duplicate', 'filtered'])

/** Of a story that may lie in several files: its beginning, and where it left the quarantine. What was held is the one less the other. */
const isCounted = ({ step, state }: Row): boolean => step === 0 || left.has(state)

const countsOf = (of: LakeKind, rows: readonly Row[]): UnnamedCount[] => {
  if (of === 'quarantine') return countRows(of, rows.filter(isCounted))
  if (of === 'events' || of === 'consents') return countRows(of, rows)
  return rows.length > 0 ? [{ rows: rows.length }] : []
}

/**
 * Counts what is to go, each row once over all files of a folder.
 *
 * @param seen keys of what has gone from the folder already; this file's are added
 */
export const countRemoved = async (
  of: LakeKind,
  file: OpenFile,
  places: Iterable<number>,
  seen: Set<string>,
): Promise<RemovedRows> => {
  const kind = kindOf(of)
  const by = of === 'profiles' ? [] : (countedBy[of] ?? [])
  const names = [...new Set([...kind.key, ...by])]
  const columns = await Promise.all(names.map((name) => readColumn(file, name)))
  const counted: number[] = []
  const rows: Row[] = []
  for (const place of places) {
    const row = Object.fromEntries(names.map((name, index) => [name, fromStored(columns[index]![place])]))
    const key = rowKey(kind, row)
    if (seen.has(key)) continue
    seen.add(key)
    counted.push(place)
    rows.push(row)
  }
  return { places: counted, counts: countsOf(of, rows) }
}
