export { decisionEvent, isDecision } from '@spartito/protocol'
export { type Example, type Trial, tryRules } from './dry-run.ts'
export { type CheckPlan, compilePlan, maxViolations } from './plan/compile-plan.ts'
export { schemaOf } from './plan/plan-schema-of.ts'
export { type SchemaFault, schemaFaults } from './plan/schema-faults.ts'
export {
  type JsonSchema,
  type PlanAction,
  type PlanEvent,
  type PlanItem,
  type PlanProperties,
  type PlanProperty,
  planActions,
  type TrackingPlan,
} from './plan/tracking-plan.ts'
export { type Collecting, missingConsent } from './require-consent.ts'
export { type Outcome, type Rules, routedSource, runRules } from './run-rules.ts'
export type { TransformPorts } from './transform/apply.ts'
export { compileTransform, kindOfStep, type Transform, type Written } from './transform/compile-steps.ts'
export { templateFields } from './transform/derive.ts'
export {
  castTypes,
  normalForms,
  type Step,
  type StepKind,
  stepKinds,
  type Transformation,
  type When,
} from './transform/step.ts'
