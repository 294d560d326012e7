import { ulidTime } from '../identity/ulid.ts'
import type { Row } from '../ports.ts'

/** Bounds of the queue and of one request. Bytes are UTF-8 bytes. */
export const bounds = {
  events: 5_000,
  bytes: 2_000_000,
  ageMs: 7 * 86_400_000,
  batchEvents: 100,
  /** two such requests fit the 64 KiB that browsers allow to all `keepalive` requests of a page together */
  batchBytes: 30_000,
  keepaliveBytes: 60_000,
} as const

let encoder: TextEncoder | undefined

/** One encoder for all: a Blob for each text took five times as long; `.length` counts "é" as one byte. */
export const utf8Bytes = (text: string): number => {
  // not at import: a page that has taken it away would see the tag throw
  encoder ??= new TextEncoder()
  return encoder.encode(text).length
}

/** How many rows fit, from the first one on, until one is too many, too large or older than `oldestKey`. */
const countFitting = (rows: readonly Row[], maxEvents: number, maxBytes: number, oldestKey = ''): number => {
  let bytes = 0
  let count = 0
  for (const [key, json] of rows) {
    bytes += utf8Bytes(json)
    if (count === maxEvents || bytes > maxBytes || key < oldestKey) break
    count++
  }
  return count
}

/** One request's rows: the oldest that fit. The first always does: the collector decides what is too large. */
export const cutBatch = (rows: readonly Row[], maxEvents: number): Row[] =>
  rows.slice(0, countFitting(rows, maxEvents, bounds.batchBytes) || 1)

/**
 * Takes out what has to go for the queue to stay within its bounds (SPEC QU3): the oldest.
 *
 * @param rows by key, ascending; shortened
 */
export const cutExcess = (rows: Row[], now: number): Row[] =>
  rows.splice(
    0,
    rows.length - countFitting([...rows].reverse(), bounds.events, bounds.bytes, ulidTime(now - bounds.ageMs)),
  )
