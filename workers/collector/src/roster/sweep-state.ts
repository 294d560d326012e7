import type { RosterRecord, SweepCursor, SweepReport } from '@spartito/engine'
import { combineScopes, foldSteps, type SweepScope, type SweepStep, scopeSince } from '@spartito/workspace'
import type { Missed } from './missed.ts'
import type { Listed, RosterStore } from './roster-store.ts'

/** What one shard knows of the sweeps: the steps that were published, and how far it has visited whom they can alter. */
export interface SweepState {
  shard: number
  /** of the newest step */
  version: number
  /** the newest steps, to judge by what a message that was decided with an older version has missed */
  steps: SweepStep[]
  /** whom this sweep visits */
  scope: SweepScope
  cursor: SweepCursor
  /** of the newest page */
  page: number
  /** epoch ms at which the page that is out was sent; null when none is out */
  sentAt: number | null
  visited: number
  changed: number
  /** visits that failed for good */
  failed: number
  isDone: boolean
}

export interface SweepProgress {
  version: number
  visited: number
  changed: number
  failed: number
  isDone: boolean
}

const maxSteps = 8

export const progressOf = ({ version, visited, changed, failed, isDone }: SweepState): SweepProgress => ({
  version,
  visited,
  changed,
  failed,
  isDone,
})

const lists = (scope: SweepScope): string[] => (scope === 'all' ? [''] : scope === 'none' ? [] : scope.membersOf)

/** A shard that has nobody to visit: what it will be told of is judged by these steps. */
export const newSweep = (shard: number, steps: readonly SweepStep[]): SweepState => ({
  shard,
  version: Math.max(0, ...steps.map(({ version }) => version)),
  steps: foldSteps(steps, maxSteps),
  scope: 'none',
  cursor: { list: 0, after: '' },
  page: 0,
  sentAt: null,
  visited: 0,
  changed: 0,
  failed: 0,
  isDone: true,
})

/**
 * Begins the sweep of the steps that are new to the shard. One that is under way is replaced, and whom it had still to
 * visit is visited by this one. Told again, it goes on.
 */
export const beginSweep = (before: SweepState, steps: readonly SweepStep[]): SweepState => {
  const fresh = steps.filter(({ version }) => version > before.version)
  if (fresh.length === 0) return before
  const begun = newSweep(before.shard, [...before.steps, ...fresh])
  const scopes = [before.isDone ? 'none' : before.scope, ...fresh.map(({ scope }) => scope)] as const
  return { ...begun, scope: combineScopes(scopes), page: before.page, isDone: false }
}

/** Ends a sweep that has nobody left to visit; those that it turns out to have missed are all that it may visit again. */
export const endSweep = (before: SweepState): SweepState => ({
  ...before,
  cursor: { list: lists(before.scope).length, after: '' },
  sentAt: null,
  isDone: true,
})

/** Takes the report of the page that is out. */
export const takeReport = (before: SweepState, report: SweepReport): SweepState =>
  before.sentAt === null || report.page !== before.page
    ? before
    : {
        ...before,
        cursor: report.until,
        sentAt: null,
        visited: before.visited + report.visited,
        changed: before.changed + report.changed,
        failed: before.failed + report.failed,
      }

/** Whether somebody was decided with a version so old that a step since then may have missed it. */
export const isMissed = (record: RosterRecord, { steps, version }: SweepState, roster: RosterStore): boolean => {
  if (record.version >= version) return false
  const scope = scopeSince(steps, record.version)
  if (scope === 'none') return false
  if (scope === 'all') return true
  return record.kind === 'member'
    ? record.isMember && scope.membersOf.includes(record.audience)
    : record.isListed && roster.isMemberOfAny(record.profileId, scope.membersOf)
}

/** Whom to visit next. */
export interface Visits {
  listed: Listed[]
  until: SweepCursor
}

/** The next page to visit: list by list, then those whom the sweep has missed; undefined when nobody is left. */
export const nextVisits = (
  { scope, cursor }: SweepState,
  roster: RosterStore,
  missed: Missed,
  limit: number,
): Visits | undefined => {
  const all = lists(scope)
  let { list, after } = cursor
  for (; list < all.length; list++, after = '') {
    const listed = scope === 'all' ? roster.profiles(after, limit) : roster.members(all[list]!, after, limit)
    if (listed.length > 0) return { listed, until: { list, after: listed.at(-1)!.profileId } }
  }
  const late = missed.read(limit)
  return late.length === 0 ? undefined : { listed: late, until: { list: all.length, after: String(late.at(-1)!.id) } }
}

/** The last one of the missed that a report settles; undefined when it is about a list. */
export const settledMissed = ({ scope }: SweepState, { until }: SweepReport): number | undefined =>
  until.list >= lists(scope).length ? Number(until.after) : undefined
