import { type AudienceDefinition, type Condition, kindOf, type Window } from '@spartito/engine'
import { allOf } from './compare-sql.ts'
import { countLeaf, daysLeaf, edgeLeaf, recencyLeaf } from './event-leaves.ts'
import type { LeafSql } from './leaf-sql.ts'
import { NotPreviewed } from './not-previewed.ts'
import { numberLeaf } from './number-leaves.ts'
import { consentLeaf, purposeLeaf, seenLeaf, touchLeaf, traitLeaf } from './profile-leaves.ts'

/** What conditions may refer to, and what silence means. */
export interface Setting {
  audiences: ReadonlyMap<string, AudienceDefinition>
  /** of whoever has not decided (SPEC CO3) */
  policy: 'opt-in' | 'opt-out'
}

export interface Compiled {
  /** by their place: `l0`, `l1`, … */
  leaves: readonly (LeafSql & { path: string })[]
  /** by their place: `i.w0_from` and `i.w0_until`, … */
  windows: readonly Window[]
  /** whether a profile is a member, of its leaves and of the instant `i` */
  holds: string
}

/** A list in which what is equal has one place. */
const places = <T>() => {
  const found = new Map<string, number>()
  const all: T[] = []
  return {
    all,
    of(key: string, item: () => T): number {
      const known = found.get(key)
      if (known !== undefined) return known
      all.push(item())
      found.set(key, all.length - 1)
      return all.length - 1
    },
  }
}

const whyNot: Readonly<Record<string, string>> = {
  sequence: 'a sequence asks for some choice of events, one after the other',
  identifier: 'which identifiers a profile has is decided by links, limits and refusals that the lake does not hold',
  bucket: 'a bucket hashes the profile as the engine does',
  score: 'a score counts only from a source with a secret key, which the lake does not tell',
}

/**
 * Compiles an audience to SQL on the lake's events, so that it says of each profile what the engine would. Pure.
 *
 * @throws NotPreviewed for the first condition that cannot be, with its path
 */
export const compileAudience = (audience: AudienceDefinition, setting: Setting): Compiled => {
  const leaves = places<LeafSql & { path: string }>()
  const windows = places<Window>()
  const boundsOf = (window: Window): { from: string; until: string } => {
    const place = windows.of(JSON.stringify(window), () => window)
    return { from: `i.w${place}_from`, until: `i.w${place}_until` }
  }
  const leaf = (path: string, make: () => LeafSql): string => {
    const made = make()
    if (made.within !== undefined) boundsOf(made.within)
    const { holds, ...rest } = made
    const name = `l${leaves.of(JSON.stringify(rest), () => ({ ...made, path }))}`
    return allOf([holds(name)])
  }

  const compile = (condition: Condition, path: string): string => {
    const parts = (all: readonly Condition[], name: string, joined: string, none: string): string =>
      all.length === 0 ? none : `(${all.map((part, index) => compile(part, `${path}.${name}[${index}]`)).join(joined)})`
    if ('all' in condition) return parts(condition.all, 'all', ' AND ', 'true')
    if ('any' in condition) return parts(condition.any, 'any', ' OR ', 'false')
    if ('not' in condition) return `NOT ${compile(condition.not, `${path}.not`)}`
    if ('notPerformed' in condition) {
      const { notPerformed: event, ...rest } = condition
      return `NOT ${leaf(path, () => countLeaf({ event, ...rest }, path))}`
    }
    if ('audience' in condition) return member(condition, path)
    return leaf(path, () => leafOf(condition, path, boundsOf))
  }

  const member = ({ audience: id, for: lasting }: { audience: string; for?: string }, path: string): string => {
    if (lasting !== undefined)
      throw new NotPreviewed(path, 'how long somebody has been a member is known to the engine alone')
    const other = setting.audiences.get(id)
    if (!other)
      throw new NotPreviewed(path, `there is no audience ${id} here: name the workspace that has it by --workspace`)
    return definition(other, path)
  }

  const definition = ({ when, purposes = [] }: AudienceDefinition, path: string): string =>
    allOf([
      ...purposes.map((purpose) => leaf(`${path}.purposes`, () => purposeLeaf(purpose, setting.policy))),
      compile(when, path),
    ])

  const holds = definition(audience, 'when')
  return { leaves: leaves.all, windows: windows.all, holds }
}

const leafOf = (condition: Condition, path: string, boundsOf: Parameters<typeof seenLeaf>[2]): LeafSql => {
  if ('agg' in condition)
    return condition.agg === 'first' || condition.agg === 'last'
      ? edgeLeaf(condition as Parameters<typeof edgeLeaf>[0], path)
      : numberLeaf(condition, path)
  if ('recency' in condition) return recencyLeaf(condition, path)
  if ('days' in condition) return daysLeaf(condition, path)
  if ('trait' in condition) {
    if (condition.hasBeenFor === undefined) return traitLeaf(condition)
    throw new NotPreviewed(path, 'how long a trait has been so is decided over all that it ever was')
  }
  if ('firstSeen' in condition) return seenLeaf('firstSeen', condition.firstSeen, boundsOf)
  if ('lastSeen' in condition) return seenLeaf('lastSeen', condition.lastSeen, boundsOf)
  if ('consent' in condition) return consentLeaf(condition.consent, condition.is)
  if ('touch' in condition) return touchLeaf(condition.touch, condition.where, path)
  const kind = kindOf(condition)!
  if (kind === 'event') return countLeaf(condition as Parameters<typeof countLeaf>[0], path)
  throw new NotPreviewed(path, whyNot[kind] ?? 'it is not known here')
}
