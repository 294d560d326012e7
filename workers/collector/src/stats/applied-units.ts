import { createHash } from 'node:crypto'
import { hash53, type Tally } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'

/** What a queue brings, under an id by which a copy of it is known. */
export interface CountedUnit {
  id: string
  tallies: readonly Tally[]
}

/** One with what is remembered of its id. */
export interface NamedUnit extends CountedUnit {
  name: string
}

/** How long the ids of applied units are remembered: past any redelivery that a queue or an outbox makes. */
const rememberMs = 24 * 3_600_000
/** UTF-16 units of ids after which a row is full: each call rewrites the newest. */
const fullSize = 16 * 1024

const mark = '.'

/** What is remembered of an id: 106 bits, and nothing of whom it is about. An id of a visitor's holds a SHA-256 already, so these are spread evenly. */
const remembered = (id: string): string => `${mark}${hash53(id)}${hash53(id, 1)}`

/** The same in rows of before; at first they had the ids themselves. */
const rememberedBefore = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 22)

interface Row {
  id: number
  at: EpochMs
  units: string
  /** null in a row of before, whose counts are in `tallies` */
  tallies: string | null
}

/** Adds up: one count for each source, hour, outcome and code. */
export const sumsOf = (tallies: readonly Tally[]): Tally[] =>
  [
    ...Map.groupBy(tallies, ({ source, hour, outcome, code = '' }) => `${hour} ${source} ${outcome} ${code}`).values(),
  ].map((its) => ({ ...its[0]!, count: its.reduce((sum, { count }) => sum + count, 0) }))

/**
 * Which units were counted, and their counts: a row takes the ids and the sums of many calls, so that a call writes one. What is
 * forgotten after a day leaves its sums to `fold`. All is called within the caller's transaction; when that fails, `load` before
 * the next one.
 */
export const openAppliedUnits = (sql: SqlStorage, fold: (tallies: readonly Tally[]) => void) => {
  const ids = new Set<string>()
  let hasOfBefore = false
  const isOfBefore = (id: string): boolean => hasOfBefore && (ids.has(rememberedBefore(id)) || ids.has(id))
  let newest: Row | undefined

  const write = (row: Row): void => {
    sql.exec(
      `INSERT INTO applied (id, at, units, tallies) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
         at = excluded.at, units = excluded.units, tallies = excluded.tallies`,
      row.id,
      row.at,
      row.units,
      row.tallies,
    )
    newest = row
  }

  const forget = (before: EpochMs): void => {
    const old = sql.exec('SELECT id, units, tallies FROM applied WHERE at < ?', before).toArray() as unknown as Row[]
    if (old.length === 0) return
    for (const { units } of old) for (const unit of units.split('\n')) ids.delete(unit)
    fold(old.flatMap(({ tallies }) => JSON.parse(tallies ?? '[]') as Tally[]))
    sql.exec('DELETE FROM applied WHERE at < ?', before)
  }

  return {
    load(): void {
      sql.exec(
        'CREATE TABLE IF NOT EXISTS applied (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, units TEXT NOT NULL, tallies TEXT)',
      )
      const { table } = sql
        .exec<{ table: string }>("SELECT sql AS 'table' FROM sqlite_master WHERE name = 'applied'")
        .one()
      if (!table.includes('tallies')) sql.exec('ALTER TABLE applied ADD tallies TEXT')
      ids.clear()
      hasOfBefore = false
      newest = undefined
      for (const row of sql.exec('SELECT id, at, units, tallies FROM applied ORDER BY id')) {
        newest = row as unknown as Row
        for (const unit of newest.units.split('\n')) {
          ids.add(unit)
          hasOfBefore ||= !unit.startsWith(mark)
        }
      }
    },

    /** Those that have not been counted, with what is remembered of them. */
    fresh: (units: readonly CountedUnit[]): NamedUnit[] =>
      units
        .map(({ id, tallies }) => ({ id, name: remembered(id), tallies }))
        .filter(({ id, name }) => !ids.has(name) && !isOfBefore(id)),

    add(units: readonly NamedUnit[], now: EpochMs): void {
      forget(now - rememberMs)
      const names = units.map(({ name }) => name)
      const added = names.join('\n')
      const tallies = units.flatMap((unit) => unit.tallies)
      const open =
        newest?.tallies && newest.at >= now - rememberMs && newest.units.length < fullSize ? newest : undefined
      const sums = sumsOf(open ? [...(JSON.parse(open.tallies!) as Tally[]), ...tallies] : tallies)
      write({
        id: open?.id ?? (newest?.id ?? 0) + 1,
        at: now,
        units: open ? `${open.units}\n${added}` : added,
        tallies: JSON.stringify(sums),
      })
      for (const name of names) ids.add(name)
    },

    tallies: (): Tally[] =>
      [...sql.exec<{ tallies: string }>('SELECT tallies FROM applied WHERE tallies IS NOT NULL')].flatMap(
        ({ tallies }) => JSON.parse(tallies) as Tally[],
      ),
  }
}
