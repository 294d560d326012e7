export {
  expiredOf,
  hourOf,
  type RetainedCode,
  refusedOf,
  retained,
  statsShardOf,
  statsShards,
  type Tally,
  unitShardOf,
} from './accounting/tally.ts'
export { numberOperatorNames, operatorNames } from './audience/compare.ts'
export { type CompiledAudiences, compileAudiences } from './audience/compile.ts'
export {
  type AudienceDefinition,
  type Calendar,
  type Comparison,
  type Condition,
  type ConditionKind,
  calendars,
  conditionKinds,
  type EventFilter,
  kindOf,
  maxConditionDepth,
  type NumberComparison,
  type Predicate,
  type Window,
  type WrittenCondition,
} from './audience/condition.ts'
export { orderByDependency } from './audience/order.ts'
export { isWildcard, readPath } from './audience/path.ts'
export { compileWhere } from './audience/predicate.ts'
export { readDuration } from './audience/time/duration.ts'
export { isTimeZone } from './audience/time/time-zone.ts'
export { readBetween } from './audience/time/window.ts'
export { grantedWithin, grantMs, grantWithin, type MinuteWindow } from './defence/minute-window.ts'
export { type TokenBucket, takeTokens } from './defence/token-bucket.ts'
export {
  afterAnswer,
  afterFailure,
  closedBreaker,
  type DestinationBreaker,
  stateOf,
} from './delivery/destination-breaker.ts'
export { createLanes, type Lanes, type Waiting } from './delivery/lanes.ts'
export { addLatencies, type Latencies, latencyWithin, noteLatency } from './delivery/latencies.ts'
export { type RequestTokens, takeRequest } from './delivery/rate.ts'
export { resendDelayMs } from './delivery/resend.ts'
export { giveUpAfterMs, isGivenUp, retryDelayMs } from './delivery/schedule.ts'
export {
  type DeliveryOutcome,
  type DeliverySummary,
  deliveryObjectName,
  deliveryShardOf,
  deliveryShards,
  type ListedDelivery,
  type SettledState,
  type TakenDelivery,
} from './delivery/taken-delivery.ts'
export { type Found, findPerson } from './erasure/find-person.ts'
export { forgetMentions, keySet } from './erasure/forget-mentions.ts'
export { leaveAudiences } from './erasure/leave-audiences.ts'
export { type Revealed, reveal, revealNothing } from './erasure/reveal.ts'
export {
  createSuppressionReader,
  identifierSubject,
  inFlightMs,
  isOfSuppressed,
  type KeyedHash,
  noSuppressions,
  type PublishedSuppressions,
  profileSubject,
  type Suppressions,
  suppressedKey,
  suppressionsOf,
} from './erasure/suppressed-now.ts'
export { type Counters, collectedAt, countersOf, isOfBefore, reborn, type Tombstone } from './erasure/tombstone.ts'
export { hash53 } from './hash.ts'
export { blockedValues, type EventIdentifier, identifiersOf, identifierTypes } from './identity/identifiers-of.ts'
export { normalizeAs } from './identity/normalize-as.ts'
export { type ContestedRule, type Ownership, ownershipOf, type SessionMark } from './identity/ownership.ts'
export { isPhoneCountry } from './identity/phone.ts'
export { stitchingIdentifiers, type Vouched, vouchesFor } from './identity/vouched.ts'
export { consentDecisions, consentOf } from './profile/decided-consent.ts'
export { isTooLate } from './profile/fold.ts'
export type { KeptDecision } from './profile/kept-decisions.ts'
export type { KeptEvent } from './profile/slim-event.ts'
export { type RosterRecord, rosterRecordOf } from './roster/roster-record.ts'
export { rosterShardOf, rosterShards } from './roster/roster-shard-of.ts'
export type { SweepCursor, SweepPage, SweepReport } from './roster/sweep-page.ts'
export { adoptPage, basesOf, originOf, type Page } from './visitor/adopt.ts'
export { answerQuestion, type OwnView, type ProfileSummary, type Question } from './visitor/answer-question.ts'
export { type Attribution, attribute } from './visitor/attribute.ts'
export { unblock } from './visitor/break-off.ts'
export { catchUp } from './visitor/catch-up.ts'
export {
  answerClaim,
  beginJoin,
  type ClaimMessage,
  type ClaimReply,
  type CloseMessage,
  claimKeyOf,
  claimMessageOf,
  deferClaim,
  endClaim,
  isClear,
  isCurrent,
  newClaim,
  type PartMessage,
} from './visitor/claim.ts'
export { closeMove } from './visitor/close-move.ts'
export { type Copies, noCopies, questionsAbout, withAnswer } from './visitor/copies.ts'
export { nextFlipOf } from './visitor/decide-audiences.ts'
export { loseDevice, mayLearnOf, releaseDevice } from './visitor/device-claim.ts'
export { expire, nextExpiryOf } from './visitor/expire.ts'
export { type EventProof, type Explanation, explain, type Truth } from './visitor/explain.ts'
export {
  type EventPage,
  type ExportedIdentifier,
  type ExportedPerson,
  exportEvents,
  viewExport,
} from './visitor/export.ts'
export { type Graph, type IdentifierView, type MergeView, viewGraph, viewIdentifier } from './visitor/graph.ts'
export { type BadToken, type Ingest, type Ingested, ingest } from './visitor/ingest.ts'
export { type LedgerEntry, parseLedger, sealedBlockSize } from './visitor/ledger.ts'
export { listProfile } from './visitor/list-profile.ts'
export { type MemberView, viewMember } from './visitor/member-view.ts'
export { noticeConsent } from './visitor/notice-consent.ts'
export { answerPart, partMessageOf, separateFrom } from './visitor/part.ts'
export { comingFrom, holds, movedTo, rememberHost, wayTo } from './visitor/path.ts'
export { nextPruneOf, prune } from './visitor/prune.ts'
export { type Asker, exposedAudiences, type ProfileView, viewProfile } from './visitor/read.ts'
export { attachRows, type SpillWrite, spill } from './visitor/spill.ts'
export { type Claim, type Claimant, newVisitor, type Role, schemaVersion, type VisitorState } from './visitor/state.ts'
export type { Ledger, LedgerAppend, LedgerRewrite, Plan, Step } from './visitor/step.ts'
export { takeReply } from './visitor/take-reply.ts'
