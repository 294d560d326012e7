import { createHash } from 'node:crypto'
import { hourOf } from '@spartito/engine'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { eventColumns, type LakeEvent } from './event-columns.ts'

export interface LakeFile {
  key: string
  body: ArrayBuffer
}

/**
 * Makes the Parquet files of some events, one for each hour of receipt: `events/dt=2026-01-31/hr=12/<hash>.parquet`.
 * The name is the hash of the messages' ids, so that the same messages written again overwrite (SPEC LA1). Pure.
 *
 * @throws Error when an event does not fit a column
 */
export const eventFiles = (ids: readonly string[], rows: readonly LakeEvent[]): LakeFile[] => {
  const name = createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex')
    .slice(0, 32)
  return [...Map.groupBy(rows, ({ event }) => hourOf(event.receivedAt))].map(([hour, its]) => ({
    key: `events/dt=${hour.slice(0, 10)}/hr=${hour.slice(11)}/${name}.parquet`,
    body: parquetWriteBuffer({ columnData: eventColumns(its) }),
  }))
}
