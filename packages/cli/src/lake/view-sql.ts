import { type KindName, type LakeKind, lakeKinds } from './kinds.ts'
import { literal, quoted } from './sql-text.ts'

const typed = ({ columns }: LakeKind, write: (name: string, type: string) => string): string =>
  Object.entries(columns)
    .map(([name, type]) => write(quoted(name), type))
    .join(', ')

/**
 * The view of a kind over its files: all its columns, whichever of them a file has, and each row once however often it was
 * written. A row that lacks what tells it from others is its own.
 *
 * @param files paths or URLs; without any, the view has no rows
 */
export const viewSql = (kind: KindName, files: readonly string[]): string => {
  const table: LakeKind = lakeKinds[kind]
  const empty = `SELECT ${typed(table, (name, type) => `NULL::${type} AS ${name}`)} WHERE false`
  if (files.length === 0) return `CREATE VIEW ${kind} AS ${empty}`
  const list = files.map(literal).join(', ')
  const identity = table.identity.map(quoted)
  const [first, ...direction] = table.order.split(' ')
  const order = [quoted(first!), ...direction].join(' ')
  return `CREATE VIEW ${kind} AS
SELECT * EXCLUDE (filename, file_row_number) REPLACE (${typed(table, (name, type) => `${name}::${type} AS ${name}`)})
FROM (
  ${empty} UNION ALL BY NAME
  SELECT * FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false, filename = true, file_row_number = true)
)
QUALIFY row_number() OVER (
  PARTITION BY ${identity.join(', ')}, CASE WHEN ${identity[0]} IS NULL THEN (filename, file_row_number) END
  ORDER BY ${order}, filename, file_row_number
) = 1`
}
