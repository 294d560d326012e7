import type { AudienceDefinition, Condition } from '@spartito/engine'
import { anonymousRetention, compileRetention, type Kept, keptMs, longestWholeMs } from './retention.ts'
import { lengthOf } from './texts.ts'
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

/** Whether something in profiles is due earlier than the alarms of those know that send nothing (SPEC ID15, RT). */
const isShorter = (before: Workspace, after: Workspace): boolean => {
  const anonymous = ({ retention }: Workspace): number => lengthOf(retention?.anonymous ?? anonymousRetention)
  if (anonymous(after) < anonymous(before)) return true
  const [old, next] = [compileRetention(before).events, compileRetention(after).events]
  const wholeMs = (kept: Kept, source?: string): number => Math.min(longestWholeMs, keptMs(kept, source))
  const sources = [undefined, ...old.bySource.keys(), ...next.bySource.keys()]
  return sources.some((source) => wholeMs(next, source) < wholeMs(old, source))
}

/**
 * Which profiles the step from one workspace to the next can alter. An audience that is gone concerns its members alone;
 * one that is new or decides otherwise concerns everybody, unless it holds only within audiences that stay as they are.
 * An audience that stays but names a changed one differs only where that one does, so it adds nobody. A retention that is shortened
 * concerns everybody: whoever sends nothing has an alarm that knows the longer one.
 */
export const sweepScope = (before: Workspace, after: Workspace): SweepScope => {
  if (isShorter(before, after)) return 'all'
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
