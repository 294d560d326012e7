import { createHash } from 'node:crypto'
import { hourOf } from '@spartito/engine'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Env } from '../env.ts'
import { eventColumns, type LakeEvent } from './event-columns.ts'

/**
 * Writes events as Parquet, one file for each hour of receipt: `events/dt=2026-01-31/hr=12/<hash>.parquet`.
 * The name is the hash of the messages' ids, so that the same messages written again overwrite (SPEC LA1).
 */
export const writeEvents = async (env: Env, ids: readonly string[], rows: readonly LakeEvent[]): Promise<void> => {
  const name = createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex')
    .slice(0, 32)
  for (const [hour, its] of Map.groupBy(rows, ({ event }) => hourOf(event.receivedAt))) {
    const key = `events/dt=${hour.slice(0, 10)}/hr=${hour.slice(11)}/${name}.parquet`
    await env.LAKE.put(key, parquetWriteBuffer({ columnData: eventColumns(its) }))
  }
}
