export { type DestinationType, readyHttp, type Secret, type SettingsByType } from '@spartito/destinations'
export type {
  JsonSchema,
  PlanAction,
  PlanEvent,
  PlanItem,
  PlanProperties,
  PlanProperty,
  Step,
  TrackingPlan,
  Transformation,
} from '@spartito/pipeline'
export { checkWorkspace } from './check.ts'
export { type CompiledWorkspace, compileWorkspace, destinationsOf, hasRules, rulesOf } from './compile.ts'
export { type ConsentRule, lawIn, lawOf, type RegionRule, strictestLawIn, type VisitorRegion } from './consent-rule.ts'
export { defineWorkspace } from './define-workspace.ts'
export { developmentOnly } from './development-only.ts'
export type { Fault } from './fault.ts'
export { minSecretBytes } from './identity-key-schema.ts'
export {
  type CompiledRetention,
  compileRetention,
  type Kept,
  keptMs,
  type RetainedKind,
  retainedKinds,
  type SourceRetention,
  type WorkspaceRetention,
} from './retention.ts'
export { type SweepScope, sweepScope } from './sweep-scope.ts'
export { combineScopes, foldSteps, type SweepStep, scopeSince } from './sweep-steps.ts'
export { type SyncStep, syncSteps } from './sync-steps.ts'
export type {
  Budgets,
  Destination,
  IdentityKey,
  PublicKey,
  PublishedWorkspace,
  Source,
  Workspace,
} from './workspace.ts'
export { createWorkspaceReader, type WorkspaceSources } from './workspace-reader.ts'
export { workspaceWarnings } from './workspace-warnings.ts'
