import { quoted } from '../../lake/sql-text.ts'
import type { Compiled } from './compile-condition.ts'
import { holdersSql, joinedEventsSql } from './joined-sql.ts'
import type { LeafSql } from './leaf-sql.ts'
import { windowBounds } from './window-bounds.ts'

/** More than 30 days after it happened, unless it was imported (SPEC AU4). */
const lateMs = 30 * 86_400_000

/** The events of profiles as conditions read them; times in epoch ms. What is no JSON to DuckDB, as half a surrogate is not, is missing. */
const baseSql = `SELECT profile_id, epoch_ms(timestamp) AS happened, epoch_ms(received_at) AS received, message_id, type,
    CASE WHEN type = 'track' THEN coalesce(event, 'track') ELSE type END AS event_name, name, source, group_id,
    NOT coalesce(is_imported, false) AND epoch_ms(received_at) - epoch_ms(timestamp) > ${lateMs} AS is_late,
    ${['properties', 'traits', 'context'].map((name) => `CASE WHEN json_valid(${name}) THEN ${name}::JSON END AS ${name}`).join(', ')}
  FROM (${joinedEventsSql})`

const listed = (expressions: Readonly<Record<string, string>> = {}): string =>
  Object.entries(expressions)
    .map(([name, sql]) => `, ${sql} AS ${quoted(name)}`)
    .join('')

const isTaken = ({ filter, takesLate }: LeafSql): string => (takesLate ? filter : `${filter} AND NOT e.is_late`)

/** What a leaf makes of each profile's events at each instant. */
const leafSql = (leaf: LeafSql, windows: readonly string[]): string => {
  const { reads, take, within } = leaf
  const window = within === undefined ? undefined : windows.indexOf(JSON.stringify(within))
  const inside = window === undefined ? '' : ` AND e.happened >= i.w${window}_from AND e.happened < i.w${window}_until`
  return `SELECT i.place, e.profile_id${listed(take)}
  FROM instants i JOIN (
    SELECT e.profile_id, e.happened, e.received, e.message_id${listed(reads)} FROM base e WHERE ${isTaken(leaf)}
  ) e ON e.happened <= i.now${inside}
  GROUP BY i.place, e.profile_id`
}

const instantsSql = ({ windows }: Compiled, instants: readonly number[]): string => {
  const names = windows.flatMap((_, index) => [`w${index}_from`, `w${index}_until`])
  const rows = instants.map((now, n) => {
    const bounds = windows.flatMap((window) => {
      const { from, until } = windowBounds(window, now)
      return [from, until]
    })
    return `(${[n, now, ...bounds].map((value) => `${value}::BIGINT`).join(', ')})`
  })
  return `instants(${['place', 'now', ...names].join(', ')}) AS (VALUES ${rows.join(', ')})`
}

/**
 * SQL that says of each profile whether it is a member at each instant: `place` (the instant's, from 0), `profile_id`, `holds`. A profile is
 * there from its first event on. Reads the views `events` and `profiles`.
 *
 * @param instants epoch ms; an event counts from its own time on
 */
export const judgedSql = (compiled: Compiled, instants: readonly number[]): string => {
  const windows = compiled.windows.map((window) => JSON.stringify(window))
  const leaves = compiled.leaves.map((leaf, index) => `l${index} AS (${leafSql(leaf, windows)})`)
  const joins = compiled.leaves.map(
    (_, n) => `LEFT JOIN l${n} ON l${n}.place = i.place AND l${n}.profile_id = p.profile_id`,
  )
  return `WITH ${holdersSql},
base AS MATERIALIZED (${baseSql}),
${[instantsSql(compiled, instants), ...leaves].join(',\n')}
SELECT i.place, p.profile_id, ${compiled.holds} AS holds
FROM instants i
JOIN (SELECT profile_id, min(happened) AS born FROM base GROUP BY profile_id) p ON p.born <= i.now
${joins.join('\n')}`
}

/** SQL that counts, for each leaf that has such, the events whose values are not taken as the engine takes them; undefined when there are none. */
export const inexactSql = ({ leaves }: Compiled): string | undefined => {
  const counts = leaves.flatMap((leaf) =>
    leaf.inexact === undefined
      ? []
      : [
          `SELECT '${leaf.path.replaceAll("'", "''")}' AS path, count(*) AS n FROM base e WHERE ${isTaken(leaf)} AND ${leaf.inexact}`,
        ],
  )
  return counts.length === 0 ? undefined : `WITH ${holdersSql},\nbase AS (${baseSql})\n${counts.join('\nUNION ALL ')}`
}
