import type { AudienceDefinition, Condition } from '@spartito/engine'
import type { Workspace } from './workspace.ts'

/** Which profiles a new version can alter: none, all, or those that are in one of these audiences (SPEC AU5). */
export type SweepScope = 'none' | 'all' | { membersOf: string[] }

/** The audiences, of those that stay as they are, that somebody must be in for the condition to hold; undefined: no such bound. */
const boundOf = (condition: Condition, unchanged: ReadonlySet<string>): string[] | undefined => {
  if ('audience' in condition && typeof condition.audience === 'string')
    return unchanged.has(condition.audience) ? [condition.audience] : undefined
  if ('all' in condition) {
    for (const part of condition.all) {
      const bound = boundOf(part, unchanged)
      if (bound) return bound
    }
    return undefined
  }
  if ('any' in condition) {
    const bounds = condition.any.map((part) => boundOf(part, unchanged))
    return bounds.every((bound) => bound !== undefined) ? bounds.flat() : undefined
  }
  return undefined
}

const decides = ({ when, purposes = [] }: AudienceDefinition): string => JSON.stringify([when, [...purposes].sort()])

/**
 * Which profiles the step from one workspace to the next can alter. An audience that is gone concerns its members alone;
 * one that is new or decides otherwise concerns everybody, unless it holds only within audiences that stay as they are.
 * An audience that stays but names a changed one differs only where that one does, so it adds nobody.
 */
export const sweepScope = (before: Workspace, after: Workspace): SweepScope => {
  const old = new Map((before.audiences ?? []).map((audience) => [audience.id, audience]))
  const next = new Map((after.audiences ?? []).map((audience) => [audience.id, audience]))
  const isSame = (id: string): boolean => {
    const [a, b] = [old.get(id), next.get(id)]
    return a !== undefined && b !== undefined && decides(a) === decides(b)
  }
  const unchanged = new Set([...next.keys()].filter(isSame))
  const membersOf = new Set<string>()
  for (const id of old.keys()) if (!next.has(id)) membersOf.add(id)
  for (const [id, audience] of next) {
    if (unchanged.has(id)) continue
    const bound = boundOf(audience.when, unchanged)
    if (!bound) return 'all'
    for (const audienceId of bound) membersOf.add(audienceId)
    if (old.has(id)) membersOf.add(id)
  }
  return membersOf.size === 0 ? 'none' : { membersOf: [...membersOf].sort() }
}
