import { createHash } from 'node:crypto'
import { hourOf } from '@spartito/engine'
import type { Row } from './column.ts'
import { folderOf } from './file-key.ts'
import { type HourlyKind, hourlyKinds } from './kind.ts'
import { writeParquet } from './parquet.ts'

const hourMs = 3_600_000

export interface LakeFile {
  kind: HourlyKind
  /** of its rows, UTC: `2026-01-31T12` */
  hour: string
  key: string
  body: ArrayBuffer
  /** what a list of the bucket says of it */
  metadata: Record<string, string>
}

/** What `GET /admin/lake/files` and compaction read without opening the file: how many rows, and the first and last of their times, in epoch ms. */
export const metadataOf = (kind: HourlyKind, rows: readonly Row[]): Record<string, string> => {
  const { time } = hourlyKinds[kind]
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const row of rows) {
    from = Math.min(from, row[time] as number)
    until = Math.max(until, row[time] as number)
  }
  return { rows: String(rows.length), from: String(from), until: String(until) }
}

/**
 * Makes the files of some messages, one for each hour: `kind/dt=2026-01-31/hr=12/<hash>.parquet`. The name is the hash of the messages' ids,
 * so that the same messages written again overwrite (SPEC LA1).
 *
 * @throws Error when a row does not fit a column
 */
export const rowFiles = (kind: HourlyKind, ids: readonly string[], rows: readonly Row[]): LakeFile[] => {
  const name = createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex')
    .slice(0, 32)
  const its = hourlyKinds[kind]
  return [...Map.groupBy(rows, (row) => Math.floor((row[its.time] as number) / hourMs))].map(([nth, ofHour]) => {
    const hour = hourOf(nth * hourMs)
    return {
      kind,
      hour,
      key: `${folderOf(kind, hour)}${name}.parquet`,
      body: writeParquet(its, ofHour),
      metadata: metadataOf(kind, ofHour),
    }
  })
}
