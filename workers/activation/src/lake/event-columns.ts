import type { Event } from '@spartito/protocol'
import type { ColumnSource } from 'hyparquet-writer'

/** An event with what its transport knows of it. */
export interface LakeEvent {
  event: Event
  /** empty when no profile has it */
  profileId: string
}

const context = ({ event }: LakeEvent, group: string, field: string): string | null => {
  const values = event.context?.[group]
  const value = typeof values === 'object' && values !== null && !Array.isArray(values) ? values[field] : undefined
  return typeof value === 'string' ? value : null
}

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
const time = (at: number | undefined): Date | null => (at === undefined ? null : new Date(at))

type Column = [name: string, type: 'STRING' | 'TIMESTAMP', read: (row: LakeEvent) => string | Date | null]

/** What analysts ask first has a column with a type; the rest is JSON, to be read with DuckDB's `->>`. */
const columns: Column[] = [
  ['timestamp', 'TIMESTAMP', ({ event }) => time(event.timestamp)],
  ['received_at', 'TIMESTAMP', ({ event }) => time(event.receivedAt)],
  ['message_id', 'STRING', ({ event }) => event.messageId],
  ['type', 'STRING', ({ event }) => event.type],
  ['event', 'STRING', ({ event }) => event.event ?? null],
  ['name', 'STRING', ({ event }) => event.name ?? null],
  ['source', 'STRING', ({ event }) => event.source],
  ['profile_id', 'STRING', ({ profileId }) => profileId || null],
  ['anonymous_id', 'STRING', ({ event }) => event.anonymousId ?? null],
  ['user_id', 'STRING', ({ event }) => event.userId ?? null],
  [
    'session_id',
    'STRING',
    ({ event }) => (typeof event.context?.sessionId === 'string' ? event.context.sessionId : null),
  ],
  ['page_url', 'STRING', (row) => context(row, 'page', 'url')],
  ['page_referrer', 'STRING', (row) => context(row, 'page', 'referrer')],
  ['campaign_source', 'STRING', (row) => context(row, 'campaign', 'source')],
  ['original_timestamp', 'TIMESTAMP', ({ event }) => time(event.originalTimestamp)],
  ['sent_at', 'TIMESTAMP', ({ event }) => time(event.sentAt)],
  ['properties', 'STRING', ({ event }) => json(event.properties)],
  ['traits', 'STRING', ({ event }) => json(event.traits)],
  ['context', 'STRING', ({ event }) => json(event.context)],
  ['violations', 'STRING', ({ event }) => json(event.violations)],
]

export const eventColumns = (rows: readonly LakeEvent[]): ColumnSource[] =>
  columns.map(([name, type, read]) => ({ name, type, data: rows.map(read) }))
