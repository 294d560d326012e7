import type { Row } from '../row.ts'

/** List prices, beyond the included amounts (PLATFORM, section 4). */
const prices = { classA: 4.5 / 1e6, classB: 0.36 / 1e6, objectRequest: 0.15 / 1e6, gbMonth: 0.015 }

export interface MeasuredLake {
  events: number
  /** messages in a batch of the queue, and events in a message */
  batch: [messages: number, events: number]
  consumeSeconds: number
  compactSeconds: number
  /** of all files, before and after they were joined */
  bytes: { fresh: number; joined: number; json: number; gzip: number }
  files: { fresh: number; joined: number }
  /** the smallest heap in which the largest step ends, and how many rows that joins */
  heap: { heapMb: number; rows: number }
}

/** What a million events cost in the lake: stored, noted, joined, and kept for a month. */
export const lakeDollars = ({ events, batch: [messages, perMessage], bytes, files }: MeasuredLake) => {
  const million = 1e6
  const batches = million / (messages * perMessage)
  const joined = (files.joined * million) / events
  const gigabytes = (bytes.joined / events) * million * 1e-9
  // A step lists the folder (1,000 files a page) twice at most, writes one file, and deletes for nothing.
  const lists = joined * (2 + batches / 1_000)
  const items = {
    put: batches * prices.classA,
    note: batches * prices.objectRequest,
    join: (joined + lists + 1) * prices.classA + batches * prices.classB,
    month: gigabytes * prices.gbMonth,
  }
  const { put, note, join, month } = items
  const text = [
    `put ${batches.toFixed(0)} × $4.50/M = ${put.toFixed(4)}`,
    `note ${batches.toFixed(0)} × $0.15/M = ${note.toFixed(4)}`,
    `join (${joined.toFixed(0)} puts + ${lists.toFixed(0)} lists + 1 manifest) × $4.50/M + ${batches.toFixed(0)} gets × $0.36/M = ${join.toFixed(4)}`,
    `a month of ${gigabytes.toFixed(3)} GB × $0.015 = ${month.toFixed(4)}`,
  ].join(' + ')
  return { dollars: put + note + join + month, text }
}

export const lakeRows = (measured: MeasuredLake): Row[] => {
  const { events, consumeSeconds, compactSeconds, bytes, files, heap, batch } = measured
  const count = events.toLocaleString('en')
  const each = (of: number): number => of / events
  const { dollars, text } = lakeDollars(measured)
  return [
    {
      what: `${count} events through the consumer of events, batches of ${batch[0]} messages`,
      value: events / consumeSeconds,
      unit: 'events/s',
      note: 'one batch after another, with the bucket, the statistics and the note of the hour; the harness’s hand-over is in the time',
    },
    {
      what: `${count} rows of ${files.fresh} files joined to ${files.joined}`,
      value: events / compactSeconds,
      unit: 'rows/s',
    },
    {
      what: `heap of the largest step, which joins ${heap.rows.toLocaleString('en')} rows`,
      value: heap.heapMb,
      unit: 'MB',
      // A Worker has 128 for all that it does.
      budget: { kind: 'at most', limit: 64, tolerance: 0 },
      note: 'the smallest limit of V8 in which it ends, in Node, with the files that a bucket would hold beside it outside of the heap',
    },
    {
      what: 'bytes an event in the lake, joined',
      value: each(bytes.joined),
      unit: 'bytes',
      peer: { what: 'its JSON', value: each(bytes.json) },
      ratio: bytes.joined / bytes.json,
      note: `before it is joined ${each(bytes.fresh).toFixed(0)}; the same JSON through gzip as one file ${each(bytes.gzip).toFixed(0)}`,
    },
    { what: 'a million events in the lake, and a month of them', value: dollars, unit: 'USD', note: text },
  ]
}
