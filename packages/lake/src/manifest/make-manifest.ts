import { createHash } from 'node:crypto'
import type { Row } from '../column.ts'
import { copyWithinMs, inOrder } from '../compaction/plan-step.ts'
import type { LakeStore } from '../compaction/stored-file.ts'
import { folderOf } from '../file-key.ts'
import { type HourlyKind, hourlyKinds } from '../kind.ts'
import { readParquet } from '../parquet.ts'
import { rowKey } from '../row-key.ts'

/** How many rows of a source there are, each counted once. */
export interface RowCount {
  source: string
  /** of events that no profile has: why */
  code?: string
  /** of the quarantine: what befell them last */
  state?: string
  rows: number
}

/** Rows that the lake had and has no more, each counted once. */
export interface RemovedCount extends Omit<RowCount, 'source'> {
  /** `erased`: with their person (SPEC CO7); `expired`: their time was over (SPEC RT) */
  why: 'erased' | 'expired'
  /** absent of kinds that have none */
  source?: string
}

/** What the lake has of one kind and hour. */
export interface Manifest {
  kind: HourlyKind
  hour: string
  files: { key: string; size: number; rows: number }[]
  /** in all files, copies among them */
  rows: number
  /** by their keys: each once */
  distinct: number
  /** of the distinct keys, however they are filed: the same rows give the same */
  hash: string
  /** empty for kinds that have no source */
  counts: RowCount[]
  /** absent when nothing was taken out */
  removed?: RemovedCount[]
}

export const countedBy: Partial<Record<HourlyKind, readonly string[]>> = {
  events: ['source', 'code'],
  consents: ['source'],
  quarantine: ['source', 'state'],
}

/** Sums of digests: in whatever order keys come, and however many there are. */
const sum = (): { add(digest: Buffer): void; hex(): string } => {
  let total = 0n
  return {
    add(digest) {
      total += digest.readBigUInt64BE(0) * 2n ** 64n + digest.readBigUInt64BE(8)
    },
    hex: () => (total % 2n ** 128n).toString(16).padStart(32, '0'),
  }
}

/** Of rows that tell one story, step by step, the last. */
const lastSteps = (rows: readonly Row[]): Row[] => {
  const last = new Map<unknown, Row>()
  for (const row of rows) {
    const known = last.get(row.id)
    if (!known || Number(known.step) < Number(row.step)) last.set(row.id, row)
  }
  return [...last.values()]
}

/** How many rows of each source there are, as far as the kind has sources. */
export const countRows = (kind: HourlyKind, rows: readonly Row[]): RowCount[] => {
  const names = countedBy[kind]
  if (!names) return []
  return [...Map.groupBy(rows, (row) => JSON.stringify(names.map((name) => row[name]))).values()].map((its) => ({
    ...(Object.fromEntries(
      names.flatMap((name) => (typeof its[0]![name] === 'string' ? [[name, its[0]![name]]] : [])),
    ) as unknown as RowCount),
    rows: its.length,
  }))
}

/** The sum for each source. */
export const addUp = (counts: readonly RowCount[]): RowCount[] =>
  [...Map.groupBy(counts, ({ rows: _rows, ...by }) => JSON.stringify(by)).values()].map((its) => ({
    ...its[0]!,
    rows: its.reduce((all, { rows }) => all + rows, 0),
  }))

/** Reads what the lake has of one kind and hour, file by file, of each the columns that name its rows. */
export const makeManifest = async (kind: HourlyKind, hour: string, store: LakeStore): Promise<Manifest> => {
  const { key, time } = hourlyKinds[kind]
  const names = [...new Set([...key, time, ...(kind === 'quarantine' ? ['step'] : []), ...(countedBy[kind] ?? [])])]
  const manifest: Manifest = { kind, hour, files: [], rows: 0, distinct: 0, hash: '', counts: [] }
  const hash = sum()
  const seen = new Set<string>()
  const told: Row[] = []
  let until = Number.NEGATIVE_INFINITY
  for (const file of (await store.list(folderOf(kind, hour))).sort(inOrder)) {
    // Files come by time: what is long past can have no copy in those that follow.
    if (file.from !== undefined && file.from > until + copyWithinMs) seen.clear()
    until = Math.max(until, file.until ?? Number.POSITIVE_INFINITY)
    const body = await store.read(file.key)
    if (!body) continue
    const rows = await readParquet(hourlyKinds[kind], body, names)
    const fresh = rows.filter((row) => {
      const digest = createHash('sha256').update(rowKey(hourlyKinds[kind], row)).digest()
      const name = digest.toString('latin1', 0, 16)
      if (seen.has(name)) return false
      seen.add(name)
      hash.add(digest)
      return true
    })
    manifest.files.push({ key: file.key, size: file.size, rows: rows.length })
    manifest.rows += rows.length
    manifest.distinct += fresh.length
    if (kind === 'quarantine') told.push(...fresh)
    else manifest.counts = addUp([...manifest.counts, ...countRows(kind, fresh)])
  }
  if (kind === 'quarantine') manifest.counts = countRows(kind, lastSteps(told))
  return { ...manifest, hash: hash.hex() }
}

/** Where an hour's manifest is kept. */
export const manifestKey = (kind: HourlyKind, hour: string): string =>
  `manifest/dt=${hour.slice(0, 10)}/hr=${hour.slice(11, 13)}/${kind}.json`
