/** The types of DuckDB that the lake's columns have. */
export type ColumnType = 'TIMESTAMP' | 'VARCHAR' | 'BOOLEAN' | 'BIGINT' | 'DATE'

export interface LakeKind {
  columns: Readonly<Record<string, ColumnType>>
  /** what tells a row from a copy of it: of rows that agree in all of these, one counts */
  identity: readonly string[]
  /** of copies, the first in this order counts */
  order: string
}

const texts = (...names: string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'VARCHAR' as const]))
const times = (...names: string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'TIMESTAMP' as const]))
const booleans = (...names: string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'BOOLEAN' as const]))

/**
 * The folders of the lake, each a table. Files may lack a column, as older ones do, or have more; what is JSON is text, to be read with
 * `->>`. Times are in UTC.
 */
export const lakeKinds = {
  events: {
    columns: {
      ...times('timestamp', 'received_at', 'original_timestamp', 'sent_at'),
      ...texts('message_id', 'type', 'event', 'name', 'source'),
      ...texts('profile_id', 'anonymous_id', 'user_id', 'group_id', 'session_id'),
      ...texts('page_url', 'page_path', 'page_title', 'page_referrer'),
      ...texts('campaign_source', 'campaign_medium', 'campaign_name', 'campaign_term', 'campaign_content'),
      ...texts('country', 'region', 'city', 'device_type', 'os', 'browser'),
      ...booleans('is_bot', 'is_late', 'is_imported'),
      ...texts('code', 'properties', 'traits', 'context', 'violations'),
    },
    // Two visitors may use the same messageId, and each has its event.
    identity: ['message_id', 'source', 'anonymous_id', 'user_id'],
    order: 'received_at',
  },
  changes: {
    columns: {
      ...times('emitted_at', 'effective_at'),
      ...texts('id', 'type', 'audience'),
      version: 'BIGINT',
      profile_id: 'VARCHAR',
      seq: 'BIGINT',
      ...texts('cause', 'cause_id', 'identifiers', 'traits', 'consent'),
    },
    identity: ['id'],
    order: 'emitted_at',
  },
  consents: {
    columns: {
      ...times('decided_at', 'received_at'),
      ...texts('message_id', 'source', 'profile_id', 'anonymous_id', 'user_id', 'purpose'),
      is_granted: 'BOOLEAN',
    },
    identity: ['message_id', 'source', 'anonymous_id', 'user_id', 'purpose'],
    order: 'received_at',
  },
  deliveries: {
    columns: {
      at: 'TIMESTAMP',
      ...texts('id', 'destination', 'kind', 'profile_id', 'audience', 'state'),
      attempts: 'BIGINT',
      status: 'BIGINT',
      reason: 'VARCHAR',
      latency_ms: 'BIGINT',
    },
    // One delivery may be parked, and delivered once it is replayed: that is two rows.
    identity: ['id', 'destination', 'state', 'at'],
    order: 'at',
  },
  quarantine: {
    columns: {
      ...times('received_at', 'at'),
      id: 'VARCHAR',
      step: 'BIGINT',
      ...texts('state', 'message_id', 'source', 'type', 'event', 'code'),
      version: 'BIGINT',
      body: 'VARCHAR',
    },
    // What befell one is written step by step: the last holds.
    identity: ['id'],
    order: 'step DESC',
  },
  profiles: {
    columns: {
      day: 'DATE',
      profile_id: 'VARCHAR',
      ...times('first_seen', 'last_seen'),
      events: 'BIGINT',
      ...texts('identifiers', 'traits', 'audiences', 'consents', 'event_counts'),
    },
    identity: ['day', 'profile_id'],
    order: 'last_seen DESC',
  },
} as const satisfies Record<string, LakeKind>

export type KindName = keyof typeof lakeKinds
export const kindNames = Object.keys(lakeKinds) as KindName[]
