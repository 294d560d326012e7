import { normalizeIdentifier } from '@spartito/protocol'
import type { Kind } from './kind.ts'
import type { StoredColumns } from './parquet.ts'

/**
 * The columns of which a file gets Bloom filters: those that say whose its rows are. Whoever asks a filter asks for the normalized form of an
 * identifier (ID1), so a column that holds another form has none, and is read.
 */
export const ownerFilters = ({ owner }: Kind, columns: StoredColumns): string[] =>
  owner.filter((name) => {
    if (name === 'profile_id') return true
    const values = columns[name]!
    for (let place = 0; place < values.length; place++) {
      const value = values[place]
      if (value !== null && normalizeIdentifier(name, value) !== value) return false
    }
    return true
  })
