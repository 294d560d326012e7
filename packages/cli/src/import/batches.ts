import { limits } from '@spartito/protocol'
import { nobody } from './person-of.ts'
import type { SortedRow } from './sorted-rows.ts'

/** One request's events. */
export interface Batch {
  body: string
  /** the number of each event's row */
  rows: number[]
  /** whether it goes on with a person of the batch before, and must not overtake it */
  follows: boolean
}

const head = '{"batch":['
const tail = ']}'
const maxBytes = limits.bodyBytes - head.length - tail.length

const group = (rows: readonly SortedRow[]): SortedRow[][] => [...Map.groupBy(rows, ({ person }) => person).values()]

/**
 * Makes batches of sorted rows within the limits of SPEC WI3: whole persons where they fit, and each person's events in the
 * order of the file, so that a visitor's object is called once for many of them. The same rows make the same batches.
 *
 * @param chunks of one file of sorted rows
 */
export async function* makeBatches(chunks: AsyncIterable<readonly SortedRow[]>): AsyncGenerator<Batch> {
  const copies = new Map<string, number>()
  /** Of rows that say the same, each is an event of its own: the second and later ones are numbered. */
  const messageIdOf = ({ id, isNamed }: SortedRow): string => {
    if (isNamed) return id
    const copy = (copies.get(id) ?? 0) + 1
    copies.set(id, copy)
    return copy === 1 ? `import_${id}` : `import_${id}_${copy}`
  }
  let parts: string[] = []
  let rows: number[] = []
  let bytes = 0
  let visitors = 0
  let follows = false
  const take = (): Batch => {
    const batch = { body: head + parts.join(',') + tail, rows, follows }
    parts = []
    rows = []
    bytes = 0
    visitors = 0
    follows = false
    return batch
  }
  for await (const chunk of chunks) {
    for (const events of group(chunk)) {
      const isNobody = events[0]!.person === nobody
      const texts = events.map((event) => `{"messageId":${JSON.stringify(messageIdOf(event))},${event.json.slice(1)}`)
      const sizes = texts.map((text) => Buffer.byteLength(text) + 1)
      const fits =
        bytes + sizes.reduce((sum, size) => sum + size, 0) <= maxBytes && rows.length + events.length <= limits.events
      if (rows.length > 0 && (!fits || visitors >= limits.visitorsServer)) yield take()
      if (!isNobody) visitors++
      for (const [i, text] of texts.entries()) {
        if (isNobody) visitors++
        if (
          rows.length > 0 &&
          (bytes + sizes[i]! > maxBytes || rows.length >= limits.events || visitors > limits.visitorsServer)
        ) {
          yield take()
          visitors = 1
          follows = i > 0
        }
        parts.push(text)
        rows.push(events[i]!.row)
        bytes += sizes[i]!
      }
    }
    // What the next chunk brings of the same persons must not overtake what is here.
    if (rows.length > 0) yield take()
    follows = true
  }
}
