export type { Columns, ColumnType, Row, Value } from './column.ts'
export { consentRows } from './consent-rows.ts'
export { eventRow, type LakeEvent } from './event-row.ts'
export { folderOf, readFileKey } from './file-key.ts'
export {
  type HourlyKind,
  hourlyKinds,
  isHourlyKind,
  type Kind,
  kindOf,
  type LakeKind,
  profilesKind,
} from './kind.ts'
export { formatLakeMessage, type LakeMessage, maxLakeMessageBytes, parseLakeMessage } from './message.ts'
export { readParquet, writeParquet } from './parquet.ts'
export { type LakeFile, metadataOf, rowFiles } from './row-files.ts'
