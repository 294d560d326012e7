import { type ConsentLaw, type Event, type Purpose, readDecision } from '@spartito/protocol'
import type { Base } from './fragment.ts'
import { isNewer, type Provenance } from './provenance.ts'

/** A decision on consent as the profile keeps it (SPEC CO1); the lake has all of it, under the same messageId. */
export interface KeptDecision extends Provenance {
  choice: Record<Purpose, boolean>
  basis: string
  via?: string
  policyVersion?: string
  shown?: string
  proof?: string
  law?: ConsentLaw
  region?: string
}

/** PR2: the newest of a profile, and the first purposes and characters of each. */
export const maxDecisions = 50
const maxPurposes = 20
const maxLength = 100

const cut = (text: string): string => (text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text)

/** What an event decides; undefined of one that carries along what was decided before. */
const keptOf = (event: Event): KeptDecision | undefined => {
  const read = readDecision(event)
  if (!read) return undefined
  const { via, basis, policyVersion, shown, proof, law, region } = read
  return {
    timestamp: event.timestamp,
    receivedAt: event.receivedAt,
    messageId: event.messageId,
    source: event.source,
    choice: Object.fromEntries(Object.entries(read.choice).slice(0, maxPurposes)),
    basis: cut(basis),
    ...(via !== null && { via: cut(via) }),
    ...(policyVersion !== null && { policyVersion: cut(policyVersion) }),
    ...(shown !== null && { shown: cut(shown) }),
    ...(proof !== null && { proof: cut(proof) }),
    ...(law !== null && { law }),
    ...(region !== null && { region: cut(region) }),
  }
}

const byNewest = (a: KeptDecision, b: KeptDecision): number => (isNewer(a, b) ? -1 : 1)

/** The newest of these and what an event decides, the newest first; the very same when it decides nothing. */
export const withDecision = (
  known: readonly KeptDecision[] | undefined,
  event: Event,
): readonly KeptDecision[] | undefined => {
  const decision = keptOf(event)
  if (!decision) return known
  // what leaves the ledger is folded once more, into its base
  const others = (known ?? []).filter(({ messageId }) => messageId !== decision.messageId)
  return [...others, decision].sort(byNewest).slice(0, maxDecisions)
}

/** What keeps decisions: a fragment, and what has left its ledger. */
interface Keeping {
  decisions?: readonly KeptDecision[]
}

/** All decisions of a profile, the newest first. */
export const decisionsOf = (fragments: readonly Keeping[]): KeptDecision[] => {
  const all = fragments.flatMap(({ decisions = [] }) => decisions).sort(byNewest)
  return all.slice(0, maxDecisions)
}

const keepOnly = <T extends Keeping>(its: T, kept: ReadonlySet<string>): T => {
  if (!its.decisions?.some(({ messageId }) => !kept.has(messageId))) return its
  return { ...its, decisions: its.decisions.filter(({ messageId }) => kept.has(messageId)) }
}

/** Leaves the newest of a profile, wherever they are; the very same when none is too many. */
export const boundDecisions = <T extends Keeping & { base?: Base }>(fragments: readonly T[]): readonly T[] => {
  const count = fragments.reduce((sum, { decisions = [] }) => sum + decisions.length, 0)
  if (count <= maxDecisions) return fragments
  const kept = new Set(decisionsOf(fragments).map(({ messageId }) => messageId))
  return fragments.map((fragment) => {
    const left = keepOnly(fragment, kept)
    const base = left.base && keepOnly(left.base, kept)
    return base === left.base ? left : { ...left, base }
  })
}

/** Whether the visitor made it: not what a signal implies where nobody has decided, nor what a device says again. */
export const isExpressed = ({ basis }: KeptDecision): boolean => basis !== 'implied' && basis !== 'remembered'
