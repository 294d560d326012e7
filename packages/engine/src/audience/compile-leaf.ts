import { canonicalJson } from '../canonical-json.ts'
import { hash53 } from '../hash.ts'
import type { Condition, EventCondition } from './condition.ts'
import { compileAggregate } from './conditions/aggregate.ts'
import { compileBucket } from './conditions/bucket.ts'
import { compileConsent } from './conditions/consent.ts'
import { compileDays } from './conditions/days.ts'
import { compileEventCount } from './conditions/event-count.ts'
import { compileIdentifier } from './conditions/identifier.ts'
import { compileMembership } from './conditions/membership.ts'
import { compileRecency } from './conditions/recency.ts'
import { compileScore } from './conditions/score.ts'
import { compileSeen } from './conditions/seen.ts'
import { compileSequence } from './conditions/sequence.ts'
import { compileTouch } from './conditions/touch.ts'
import { compileTrait } from './conditions/trait.ts'
import type { Leaf } from './leaf.ts'

/** A condition that holds no other. */
export type LeafCondition = Exclude<
  Condition,
  { all: unknown } | { any: unknown } | { not: unknown } | { notPerformed: unknown }
>

/**
 * The form of what leaves remember. State that was stored in another form is recalled from the ledger (PR3): raise it with
 * every change to what a leaf keeps.
 */
export const memoryVersion = 3

/** The same for the same condition in whatever audience, and another for another form of memory. */
export const leafKey = (condition: LeafCondition): string => hash53(`${memoryVersion} ${canonicalJson(condition)}`)

/** Compiles a validated condition that holds no other. */
export const compileLeaf = (condition: LeafCondition): Leaf => {
  const key = leafKey(condition)
  if ('agg' in condition) return compileAggregate(condition, key)
  if ('sequence' in condition) return compileSequence(condition, key)
  if ('recency' in condition) return compileRecency(condition, key)
  if ('days' in condition) return compileDays(condition, key)
  if ('trait' in condition) return compileTrait(condition, key)
  if ('firstSeen' in condition) return compileSeen(condition, key, 'firstSeen', condition.firstSeen)
  if ('lastSeen' in condition) return compileSeen(condition, key, 'lastSeen', condition.lastSeen)
  if ('identifier' in condition) return compileIdentifier(condition, key)
  if ('consent' in condition) return compileConsent(condition, key)
  if ('audience' in condition) return compileMembership(condition, key)
  if ('touch' in condition) return compileTouch(condition, key)
  if ('bucket' in condition) return compileBucket(condition, key)
  if ('score' in condition) return compileScore(condition, key)
  return compileEventCount(condition satisfies EventCondition, key)
}
