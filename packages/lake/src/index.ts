export type { Columns, ColumnType, Row, Value } from './column.ts'
export { compactStep, type StepDone } from './compaction/compact-step.ts'
export { type StepLimits, stepLimits } from './compaction/plan-step.ts'
export { type LakeStore, type StoredFile, storedFile } from './compaction/stored-file.ts'
export { consentRows } from './consent-rows.ts'
export type { UnnamedCount } from './erasure/count-removed.ts'
export { type ErasedFile, eraseFile } from './erasure/erase-file.ts'
export { type ErasedParked, eraseParked } from './erasure/erase-parked.ts'
export type { LakeErasureState } from './erasure/erasure-state.ts'
export type { HeldIds } from './erasure/find-rows.ts'
export { holdOrder } from './erasure/hold-order.ts'
export { mayHold } from './erasure/may-hold.ts'
export { compileSubjects, type ErasureAsk, type Subjects } from './erasure/subjects.ts'
export { eventRow, type LakeEvent } from './event-row.ts'
export { folderOf, readFileKey } from './file-key.ts'
export {
  type HourlyKind,
  hourlyKinds,
  isHourlyKind,
  type Kind,
  kindOf,
  type LakeKind,
  lakeKinds,
  profilesKind,
} from './kind.ts'
export { type Manifest, makeManifest, manifestKey, type RemovedCount } from './manifest/make-manifest.ts'
export { type CountedHour, type ReconciledHour, reconcile } from './manifest/reconcile.ts'
export { formatLakeMessage, type LakeMessage, maxLakeMessageBytes, parseLakeMessage } from './message.ts'
export { packRows } from './pack-rows.ts'
export { readParquet, writeParquet } from './parquet.ts'
export { type PagePlace, profilesFile } from './profile-files.ts'
export { profileRow } from './profile-row.ts'
export { type HeldState, type HeldStep, quarantineRow } from './quarantine-row.ts'
export { type ExpiredFile, expireFile } from './retention/expire-file.ts'
export { type KeptFor, type RetentionRule, retentionRules } from './retention/rules.ts'
export { type LakeFile, metadataOf, rowFiles } from './row-files.ts'
export { rowKey } from './row-key.ts'
