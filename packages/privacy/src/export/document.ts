import type { ExportedPerson, ListedDelivery } from '@spartito/engine'
import type { EpochMs, Identifier, Json } from '@spartito/protocol'

/** A delivery that was made to a destination, waits, or was not made. */
export interface ExportedDelivery extends ListedDelivery {
  destination: string
}

/** An event that was refused, and waits for the workspace to be mended. */
export interface HeldEvent {
  source: string
  receivedAt: EpochMs
  /** why it waits */
  code: string
  event: Json
}

/** The lake's rows of a person, by kind; or how they are found, where they were not read. */
export interface LakeOfPerson {
  /** a select for each kind, for `spartito query` */
  queries: Record<string, string>
  rows?: Record<string, Json[]>
}

/** How long a kind is kept, in ms; null: without end. */
export type ExportedRetention = Record<string, { ms: number | null; bySource: Record<string, number | null> }>

/** All of an export but its events, which may be many and come last. */
export interface ExportHead {
  exportedAt: EpochMs
  /** by which identifier it was asked for */
  asked: Identifier
  person: ExportedPerson
  deliveries: ExportedDelivery[]
  waiting: HeldEvent[]
  lake: LakeOfPerson
  retention: ExportedRetention
}

/** All that is kept of a person (SPEC CO8), as one JSON. Times are epoch ms. */
export interface ExportDocument extends ExportHead {
  format: typeof exportFormat
  /** what the profile keeps of them; the lake has them all */
  events: Json[]
  /** false when the profile was merged with another one while it was read: ask again */
  isComplete: boolean
}

/** Counted up when a reader of an older form would misread the newer one. */
export const exportFormat = 'spartito.export/1'

/**
 * The document as text, piece by piece, so that nobody has to hold it: the events are read as they are written.
 *
 * @param pages ends with whether that was all
 */
export async function* writeExport(
  head: ExportHead,
  pages: AsyncGenerator<readonly Json[], boolean>,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ format: exportFormat, ...head }).slice(0, -1)},"events":[`
  let isFirst = true
  for (;;) {
    const { value, done } = await pages.next()
    if (done) {
      yield `],"isComplete":${value}}\n`
      return
    }
    for (const event of value) {
      yield `${isFirst ? '' : ','}\n${JSON.stringify(event)}`
      isFirst = false
    }
  }
}
