import { type Row, readRow } from './column.ts'
import { type HourlyKind, hourlyKinds, isHourlyKind } from './kind.ts'

/**
 * What travels in the queue `lake`: rows of one kind, of at most 100 KB as text. Sent again under the same id its rows are the same, so
 * that a copy changes nothing.
 */
export interface LakeMessage {
  kind: HourlyKind
  id: string
  rows: readonly Row[]
  /** the share of the quarantine that keeps these rows until it hears that they are stored: only where queues may lose messages */
  waiting?: { shard: string; from: number; until: number }
}

/** UTF-8 bytes of a message's text; a queue takes 128,000. */
export const maxLakeMessageBytes = 100_000

export const formatLakeMessage = (message: LakeMessage): string => JSON.stringify(message)

/** @throws Error that says what is wrong with it: a message that nobody can read is parked */
export const parseLakeMessage = (text: string): LakeMessage => {
  const said = JSON.parse(text) as {
    kind?: unknown
    id?: unknown
    rows?: unknown
    waiting?: LakeMessage['waiting']
  } | null
  const { kind, id, rows, waiting } = said ?? {}
  if (!isHourlyKind(kind)) throw new Error(`the lake has no kind ${JSON.stringify(kind)}`)
  if (typeof id !== 'string' || id === '') throw new Error('id must be text')
  if (!Array.isArray(rows)) throw new Error('rows must be a list')
  const { columns, time } = hourlyKinds[kind]
  return {
    kind,
    id,
    ...(waiting && { waiting }),
    rows: rows.map((sent: Record<string, unknown>) => {
      const row = readRow(columns, sent)
      if (row[time] === null) throw new Error(`${time} is missing`)
      return row
    }),
  }
}
