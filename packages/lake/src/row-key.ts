import type { Row } from './column.ts'
import type { Kind } from './kind.ts'

/** What names a row among those of its kind and hour: of several rows with the same one, one counts. */
export const rowKey = ({ key }: Pick<Kind, 'key'>, row: Row): string =>
  JSON.stringify(key.map((name) => row[name] ?? null))
