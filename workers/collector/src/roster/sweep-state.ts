import type { RosterRecord, SweepCursor, SweepReport } from '@spartito/engine'
import type { EpochMs } from '@spartito/protocol'
import { combineScopes, foldSteps, type SweepScope, type SweepStep, scopeSince } from '@spartito/workspace'
import type { RosterStore } from './roster-store.ts'

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
  failed: number
  isDone: boolean
}

export interface SweepProgress {
  version: number
  /** whom the sweep is done with, also those that it has given up on */
  visited: number
  changed: number
  /** whom it has given up on; the next sweep visits them, whomever else it visits */
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

/** Whether a report is about the page that is out. */
export const isExpected = ({ sentAt, page }: SweepState, report: SweepReport): boolean =>
  sentAt !== null && report.page === page

/**
 * Takes the report of the page that is out.
 *
 * @param again how many of those who could not be visited will be visited again
 */
export const takeReport = (before: SweepState, report: SweepReport, again: number): SweepState => ({
  ...before,
  cursor: report.until,
  sentAt: null,
  visited: before.visited + report.visited - again,
  changed: before.changed + report.changed,
  failed: before.failed + report.failed - again,
})

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

/** Whom to visit next, by the names of their objects. */
export interface Visits {
  visitors: string[]
  until: SweepCursor
}

const namesOf = (listed: readonly { visitor: string }[]): string[] => listed.map(({ visitor }) => visitor)

/** Those beside the lists, in the order in which they are visited after them: as lists, they follow the last one. */
export interface Aside {
  read(limit: number, now: EpochMs): { id: number; visitor: string }[]
  settle(id: number): void
}

/** The next page to visit: list by list, then those aside; undefined when nobody is left who is due. */
export const nextVisits = (
  { scope, cursor }: SweepState,
  roster: RosterStore,
  asides: readonly Aside[],
  limit: number,
  now: EpochMs,
): Visits | undefined => {
  const all = lists(scope)
  let { list, after } = cursor
  for (; list < all.length; list++, after = '') {
    const listed = scope === 'all' ? roster.profiles(after, limit) : roster.members(all[list]!, after, limit)
    if (listed.length > 0) return { visitors: namesOf(listed), until: { list, after: listed.at(-1)!.profileId } }
  }
  for (const [index, aside] of asides.entries()) {
    const late = aside.read(limit, now)
    if (late.length > 0)
      return { visitors: namesOf(late), until: { list: all.length + index, after: String(late.at(-1)!.id) } }
  }
  return undefined
}

/** Forgets those aside whom a report was about; nothing to do when it was about a list. */
export const settleVisits = ({ scope }: SweepState, { until }: SweepReport, asides: readonly Aside[]): void =>
  asides[until.list - lists(scope).length]?.settle(Number(until.after))
