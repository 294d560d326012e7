import { type Columns, hourlyKinds, type Kind, profilesKind, type ColumnType as StoredType } from '@spartito/lake'

/** The types of DuckDB that the tables' columns have. */
export type ColumnType = 'TIMESTAMP' | 'VARCHAR' | 'BOOLEAN' | 'BIGINT' | 'DATE'

export interface LakeKind {
  columns: Readonly<Record<string, ColumnType>>
  /** what tells a row from a copy of it: of rows that agree in all of these, one counts */
  identity: readonly string[]
  /** of copies, the first in this order counts: a column, and DESC if the greatest is first */
  order: string
}

const typeOf: Readonly<Record<StoredType, ColumnType>> = {
  TIMESTAMP: 'TIMESTAMP',
  STRING: 'VARCHAR',
  JSON: 'VARCHAR',
  BOOLEAN: 'BOOLEAN',
  INTEGER: 'BIGINT',
}

const typed = (columns: Columns): Record<string, ColumnType> =>
  Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, typeOf[type]]))

const table = ({ columns, key, time }: Kind): LakeKind => ({ columns: typed(columns), identity: key, order: time })

/**
 * The folders of the lake, each a table. Files may lack a column, as older ones do, or have more; what is JSON is text, to be read with
 * `->>`. Times are in UTC.
 */
export const lakeKinds = {
  events: table(hourlyKinds.events),
  changes: table(hourlyKinds.changes),
  consents: table(hourlyKinds.consents),
  deliveries: table(hourlyKinds.deliveries),
  // What befell an event that was held back is written step by step: the last holds.
  quarantine: { ...table(hourlyKinds.quarantine), identity: ['id'], order: 'step DESC' },
  profiles: {
    ...table(profilesKind),
    columns: { ...typed(profilesKind.columns), day: 'DATE' },
    order: 'last_seen DESC',
  },
} as const satisfies Record<string, LakeKind>

export type KindName = keyof typeof lakeKinds
export const kindNames = Object.keys(lakeKinds) as KindName[]
