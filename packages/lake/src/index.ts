export type { Columns, ColumnType, Row, Value } from './column.ts'
export { compactStep, type StepDone } from './compaction/compact-step.ts'
export { type StepLimits, stepLimits } from './compaction/plan-step.ts'
export { type LakeStore, type StoredFile, storedFile } from './compaction/stored-file.ts'
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
export { type Manifest, makeManifest, manifestKey } from './manifest/make-manifest.ts'
export { type CountedHour, type ReconciledHour, reconcile } from './manifest/reconcile.ts'
export { formatLakeMessage, type LakeMessage, maxLakeMessageBytes, parseLakeMessage } from './message.ts'
export { packRows } from './pack-rows.ts'
export { readParquet, writeParquet } from './parquet.ts'
export { type PagePlace, profilesFile } from './profile-files.ts'
export { profileRow } from './profile-row.ts'
export { type HeldState, type HeldStep, quarantineRow } from './quarantine-row.ts'
export { type LakeFile, metadataOf, rowFiles } from './row-files.ts'
export { rowKey } from './row-key.ts'
