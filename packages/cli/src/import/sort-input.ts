import { limits, type Refusal, type Result, refusal, refuse } from '@spartito/protocol'
import { columnsOf, createEventBuilder, type WireEvent } from './build-event.ts'
import { contentId } from './content-id.ts'
import type { Mapping } from './mapping.ts'
import { takeOwnTime } from './own-time.ts'
import { personOf } from './person-of.ts'
import { type Row, readRows } from './read-rows.ts'
import type { RejectedRow } from './rejected-rows.ts'
import type { SortedRow } from './sorted-rows.ts'

export interface Sinks {
  take: (row: SortedRow) => void
  reject: (row: RejectedRow) => void
}

/** room for the messageId and what stands around it */
const maxJsonBytes = limits.eventBytes - 300

const createReader = (
  mapping: Mapping | undefined,
): ((row: Extract<Row, { raw: string }>) => Result<WireEvent, Refusal>) => {
  if (!mapping) return ({ object }) => takeOwnTime(object!)
  const build = createEventBuilder(mapping)
  return ({ cells }) => build(cells)
}

const finish = (row: number, raw: string, { messageId, ...event }: WireEvent): Result<SortedRow, Refusal> => {
  const isNamed = messageId !== undefined && messageId !== null && messageId !== ''
  if (isNamed && typeof messageId !== 'string' && typeof messageId !== 'number')
    return refuse(refusal('invalid_field', 'messageId must be text'))
  const id = isNamed ? String(messageId) : contentId(raw, event)
  const json = JSON.stringify(event)
  const bytes = Buffer.byteLength(json)
  if (bytes > maxJsonBytes)
    return refuse(
      refusal('too_large_event', `the event has ${bytes} bytes, ${maxJsonBytes} are allowed: leave fields out`),
    )
  return { ok: true, value: { row, id, isNamed, person: personOf(event), json } }
}

/**
 * Reads all rows of an input, makes events of them, and hands each over, or why it is none.
 *
 * @returns how many rows there are
 * @throws Error when the input or the mapping cannot be used at all
 */
export const sortInput = async (
  input: AsyncIterable<Uint8Array>,
  format: 'csv' | 'ndjson',
  mapping: Mapping | undefined,
  { take, reject }: Sinks,
): Promise<number> => {
  const read = createReader(mapping)
  const { delimiter, encoding } = mapping ?? {}
  const columns = mapping ? columnsOf(mapping) : []
  let rows = 0
  for await (const row of readRows(input, { format, delimiter, encoding, columns })) {
    rows++
    const event = 'fault' in row ? refuse(row.fault) : read(row)
    const sorted = event.ok && 'raw' in row ? finish(row.row, row.raw, event.value) : event
    if (!sorted.ok) reject({ row: row.row, code: sorted.error.code, message: sorted.error.message })
    else take(sorted.value as SortedRow)
  }
  return rows
}
