import type { Columns } from './column.ts'

/** What the lake keeps of one kind of rows. */
export interface Kind {
  columns: Columns
  /** the column whose hour (UTC) a row is filed under */
  time: string
  /** the column that says when what a row tells of came in, where that is not its time */
  began?: string
  /** the columns that together name a row: of several rows with the same ones, one counts */
  key: readonly string[]
  /** the columns that say whose a row is; joined files have a Bloom filter of each. None where the row's body says it */
  owner: readonly string[]
}

const events = {
  timestamp: 'TIMESTAMP',
  received_at: 'TIMESTAMP',
  original_timestamp: 'TIMESTAMP',
  sent_at: 'TIMESTAMP',
  message_id: 'STRING',
  type: 'STRING',
  event: 'STRING',
  name: 'STRING',
  source: 'STRING',
  profile_id: 'STRING',
  anonymous_id: 'STRING',
  user_id: 'STRING',
  group_id: 'STRING',
  session_id: 'STRING',
  page_url: 'STRING',
  page_path: 'STRING',
  page_title: 'STRING',
  page_referrer: 'STRING',
  campaign_source: 'STRING',
  campaign_medium: 'STRING',
  campaign_name: 'STRING',
  campaign_term: 'STRING',
  campaign_content: 'STRING',
  country: 'STRING',
  region: 'STRING',
  city: 'STRING',
  device_type: 'STRING',
  os: 'STRING',
  browser: 'STRING',
  is_bot: 'BOOLEAN',
  is_late: 'BOOLEAN',
  is_imported: 'BOOLEAN',
  // Why no profile has it: the code that the statistics count it under.
  code: 'STRING',
  properties: 'JSON',
  traits: 'JSON',
  context: 'JSON',
  violations: 'JSON',
} as const satisfies Columns

const changes = {
  emitted_at: 'TIMESTAMP',
  effective_at: 'TIMESTAMP',
  id: 'STRING',
  type: 'STRING',
  audience: 'STRING',
  version: 'INTEGER',
  profile_id: 'STRING',
  seq: 'INTEGER',
  cause: 'STRING',
  cause_id: 'STRING',
  identifiers: 'JSON',
  traits: 'JSON',
  consent: 'JSON',
} as const satisfies Columns

const consents = {
  decided_at: 'TIMESTAMP',
  received_at: 'TIMESTAMP',
  message_id: 'STRING',
  source: 'STRING',
  profile_id: 'STRING',
  anonymous_id: 'STRING',
  user_id: 'STRING',
  purpose: 'STRING',
  is_granted: 'BOOLEAN',
  // What took it (a banner, a TC string), how, and under which law and policy; of a decision that no collector has stamped the law is null.
  via: 'STRING',
  basis: 'STRING',
  law: 'STRING',
  region: 'STRING',
  policy_version: 'STRING',
  shown: 'STRING',
  proof: 'STRING',
  as_received: 'JSON',
} as const satisfies Columns

const quarantine = {
  received_at: 'TIMESTAMP',
  at: 'TIMESTAMP',
  // As the administration names it, and the number of what befell it, from 0: the highest holds.
  id: 'STRING',
  step: 'INTEGER',
  // held, recovered, duplicate, filtered or deleted
  state: 'STRING',
  message_id: 'STRING',
  source: 'STRING',
  type: 'STRING',
  event: 'STRING',
  code: 'STRING',
  version: 'INTEGER',
  body: 'JSON',
} as const satisfies Columns

const deliveries = {
  at: 'TIMESTAMP',
  // When the event was received or the change emitted: it may end long after, and be of somebody who was erased meanwhile.
  began_at: 'TIMESTAMP',
  id: 'STRING',
  destination: 'STRING',
  kind: 'STRING',
  profile_id: 'STRING',
  audience: 'STRING',
  state: 'STRING',
  attempts: 'INTEGER',
  status: 'INTEGER',
  reason: 'STRING',
  latency_ms: 'INTEGER',
} as const satisfies Columns

const profiles = {
  day: 'TIMESTAMP',
  profile_id: 'STRING',
  first_seen: 'TIMESTAMP',
  last_seen: 'TIMESTAMP',
  events: 'INTEGER',
  identifiers: 'JSON',
  traits: 'JSON',
  audiences: 'JSON',
  consents: 'JSON',
  event_counts: 'JSON',
} as const satisfies Columns

/** Everything that is filed by hour. */
export const hourlyKinds = {
  // Two visitors may use the same messageId; it is one event for one of them (SPEC WI9). A bot's event that came twice has two times of receipt.
  events: {
    columns: events,
    time: 'received_at',
    key: ['message_id', 'source', 'anonymous_id', 'user_id'],
    owner: ['profile_id', 'anonymous_id', 'user_id'],
  },
  changes: { columns: changes, time: 'emitted_at', key: ['id'], owner: ['profile_id'] },
  consents: {
    columns: consents,
    time: 'received_at',
    key: ['message_id', 'source', 'anonymous_id', 'user_id', 'purpose'],
    owner: ['profile_id', 'anonymous_id', 'user_id'],
  },
  quarantine: { columns: quarantine, time: 'received_at', key: ['id', 'step'], owner: [] },
  // One delivery may be parked, and delivered when it is replayed.
  deliveries: {
    columns: deliveries,
    time: 'at',
    began: 'began_at',
    key: ['id', 'destination', 'state', 'at'],
    owner: ['profile_id'],
  },
} as const satisfies Record<string, Kind>

export type HourlyKind = keyof typeof hourlyKinds

/** One row a profile and day. */
export const profilesKind = {
  columns: profiles,
  time: 'day',
  key: ['day', 'profile_id'],
  owner: ['profile_id'],
} as const satisfies Kind

export type LakeKind = HourlyKind | 'profiles'

export const kindOf = (kind: LakeKind): Kind => (kind === 'profiles' ? profilesKind : hourlyKinds[kind])

/** In the order in which the whole lake is gone through. */
export const lakeKinds: readonly LakeKind[] = ['events', 'consents', 'changes', 'deliveries', 'quarantine', 'profiles']

export const isHourlyKind = (kind: unknown): kind is HourlyKind =>
  typeof kind === 'string' && Object.hasOwn(hourlyKinds, kind)
