export type { Answer, Failure, Rejection } from './answer.ts'
export {
  type AudienceChange,
  type ChangeCause,
  type ChangeMessage,
  type ConsentNotice,
  changeCauses,
  noticeKey,
  type ProfileNotice,
} from './change.ts'
export {
  type ConsentDecision,
  type ConsentPolicy,
  type ConsentRecord,
  type ConsentState,
  decide,
  type Purpose,
} from './consent.ts'
export { type ConsentLaw, policyUnder } from './consent-law.ts'
export { type ConsentSignals, settleConsent } from './consent-signals.ts'
export { decisionEvent, isDecision } from './decision.ts'
export { type DecisionBasis, type DecisionRecord, readDecision } from './decision-record.ts'
export { compareEvents, type Event, type EventType, eventName, eventTypes, type Violation } from './event.ts'
export { type Counts, type EventUnit, formatEventUnit, parseEventUnit } from './event-unit.ts'
export {
  builtInIdentifierTypes,
  foldCase,
  type Identifier,
  type IdentifierClass,
  type IdentifierType,
  identifierClasses,
  identifierKey,
  isBlockedValue,
  normalizeIdentifier,
  type PhoneReader,
} from './identifier.ts'
export { cleanJson, exceedsBytes, isObject, type Json, type JsonObject, utf8Bytes } from './json.ts'
export { limits } from './limits.ts'
export { type Arrival, parseEvent } from './parse-event.ts'
export { readConsent } from './read-consent.ts'
export { type Refusal, type RefusalCode, refusal, refusalCodes } from './refusal.ts'
export { ok, type Result, refuse } from './result.ts'
export { cleanText, numberText } from './text.ts'
export { correctTime, type EpochMs, readTime } from './time.ts'
export { type TokenFault, tokenFaults } from './token-fault.ts'
