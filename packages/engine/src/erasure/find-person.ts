import { type Identifier, identifierKey } from '@spartito/protocol'
import type { Claimant } from '../visitor/state.ts'
import type { Revealed } from './reveal.ts'

/** All of a person, by their objects. */
export interface Found {
  /** those that are the person's alone, by key */
  own: Map<string, Revealed>
  /** objects of others that may name the person: a device of several, a contact that is somebody else's */
  others: Claimant[]
}

const keysOf = (all: readonly Claimant[]): string[] => all.map(identifierKey)

/**
 * Whether an identifier that the person's profile knows is theirs alone, as its own object says it: it has joined them, or is just being
 * taken in. A device is only when nobody else has owned it.
 */
const isTheirs = (its: Revealed, isOwn: (key: string) => boolean, isClaimed: boolean): boolean => {
  if (!its.exists) return true
  if (its.self.class === 'device') {
    if (its.owners.length > 0) return keysOf(its.owners).every(isOwn)
    return its.leadsTo.length === 0 || keysOf(its.leadsTo).some(isOwn)
  }
  return its.leadsTo.length > 0 ? keysOf(its.leadsTo).some(isOwn) : isClaimed
}

/**
 * Walks the graph of a person, from any of their identifiers, until no object tells of another (SPEC CO7). Pure but for the asking.
 *
 * @param ask what the object of an identifier reveals
 */
export const findPerson = async (
  asked: readonly Claimant[],
  ask: (identifier: Claimant) => Promise<Revealed>,
): Promise<Found> => {
  const seen = new Map<string, Revealed>()
  const own = new Map<string, Revealed>()
  const claimed = new Set<string>()
  const others = new Map<string, Claimant>()
  const look = async (all: readonly Claimant[]): Promise<void> => {
    const fresh = all.filter((one) => !seen.has(identifierKey(one)))
    const answers = await Promise.all(fresh.map(ask))
    for (const its of answers) seen.set(identifierKey(its.self), its)
  }
  const take = (its: Revealed): void => {
    own.set(identifierKey(its.self), its)
    for (const key of keysOf(its.claims)) claimed.add(key)
    for (const one of its.mentions) others.set(identifierKey(one), one)
  }

  /** Those that were asked for are the person's, and so is whoever they lead to: of a device its owner of now. */
  const follow = async (from: readonly Claimant[]): Promise<void> => {
    await look(from)
    for (const { type, value } of from) {
      const its = seen.get(identifierKey({ type, value }))!
      if (own.has(identifierKey(its.self))) continue
      const owner = its.owners.at(-1)
      const isShared = its.self.class === 'device' && its.leadsTo.length === 0 && its.owners.length > 0
      if (!isShared) take(its)
      await follow(isShared ? [owner!] : its.leadsTo)
    }
  }
  await follow(asked)

  for (let hasGrown = true; hasGrown; ) {
    hasGrown = false
    const known = [...own.values()].flatMap(({ knows, leadsTo }) => [...knows, ...leadsTo])
    await look(known)
    // A link may lead to one that has been merged since, which leads on.
    await look([...seen.values()].flatMap(({ leadsTo }) => leadsTo))
    const candidates = new Set([...keysOf(known), ...[...own.values()].flatMap(({ leadsTo }) => keysOf(leadsTo))])
    for (const its of seen.values()) {
      const key = identifierKey(its.self)
      const isCandidate = candidates.has(key) || keysOf(its.leadsTo).some((to) => own.has(to))
      if (own.has(key) || !isCandidate || !isTheirs(its, (one) => own.has(one), claimed.has(key))) continue
      take(its)
      hasGrown = true
    }
    if (hasGrown) continue
    for (const one of known) if (!own.has(identifierKey(one))) others.set(identifierKey(one), one)
  }
  return { own, others: [...others.values()].filter((one) => !own.has(identifierKey(one))) }
}

/** Whether two identifiers are the same one. */
export const isAmong = (keys: ReadonlySet<string>, identifier: Identifier): boolean =>
  keys.has(identifierKey(identifier))
