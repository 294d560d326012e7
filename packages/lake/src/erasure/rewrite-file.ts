import { kindOf, type LakeKind } from '../kind.ts'
import { ownerFilters } from '../owner-filters.ts'
import { fromStored, type OpenFile, readColumn, type Stored, writeColumns } from '../parquet.ts'

/** A file without some of its rows. */
export interface Rewritten {
  /** undefined when no row is left */
  body: ArrayBuffer | undefined
  /** of what is left, as a list of the bucket says it */
  metadata: Record<string, string>
}

/**
 * Writes a file again without some rows, in the order that they have, column by column, so that no row is ever whole in memory. The same
 * rows give the same file.
 *
 * @param replaces what the file said of a file that was joined into it
 */
export const rewriteFile = async (
  of: LakeKind,
  file: OpenFile,
  gone: { has(place: number): boolean; size: number },
  replaces: string | undefined,
): Promise<Rewritten> => {
  const kind = kindOf(of)
  if (gone.size >= file.rows) return { body: undefined, metadata: {} }
  const places = Array.from({ length: file.rows }, (_, place) => place).filter((place) => !gone.has(place))
  const left: Record<string, Stored[]> = {}
  for (const name of Object.keys(kind.columns)) {
    const values = await readColumn(file, name)
    left[name] = places.map((place) => values[place] ?? null)
  }
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of left[kind.time]!) {
    const at = Number(fromStored(value))
    from = Math.min(from, at)
    until = Math.max(until, at)
  }
  return {
    body: writeColumns(kind, left, ownerFilters(kind, left)),
    metadata: {
      rows: String(places.length),
      ...(of !== 'profiles' && { from: String(from), until: String(until) }),
      ...(replaces !== undefined && { replaces }),
    },
  }
}
