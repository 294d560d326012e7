import type { Counts } from '@spartito/protocol'
import type { Manifest, RemovedCount } from './make-manifest.ts'

/** What the statistics say of one source and hour (SPEC WI6). */
export interface CountedHour extends Counts {
  source: string
  hour: string
  received: number
  quarantinedBy: Readonly<Record<string, number>>
}

/** The statistics and the lake say different things of the same events. */
export interface Difference {
  /** of which events */
  of: 'accepted' | 'quarantined' | `rejected as ${string}`
  /** by the statistics */
  counted: number
  /** in the lake, each once */
  found: number
  /** what it may be */
  says: string
}

/** Where the events of one source and hour are: `received` is the sum of the others, unless there is a difference. */
export interface ReconciledHour {
  source: string
  hour: string
  received: number
  /** events of profiles in the lake */
  accepted: number
  /** events that no profile has, in the lake, by the code that says why */
  kept: Record<string, number>
  /** in the lake's quarantine, not recovered */
  quarantined: number
  /** in the bucket under parked/, since no file could hold them */
  parked: number
  /** events that are nowhere else, by the statistics */
  duplicate: number
  suppressed: number
  rejected: Record<string, number>
  /** events that were in the lake: of persons who are erased (CO7), and such as were kept for their time (RT) */
  erased: number
  expired: number
  /** received less all of these */
  difference: number
  differences: Difference[]
}

const missing =
  'the lake lacks some: they may be on their way for some minutes; after that look under parked/ and in the dead-letter queue'
const surplus = 'the statistics lack some: they are counted after they are stored, so look again in a minute'

const compare = (of: Difference['of'], counted: number, found: number): Difference[] =>
  counted === found ? [] : [{ of, counted, found, says: counted > found ? missing : surplus }]

/** Of the quarantine: what has left it is somewhere else. */
const stillHeld = new Set(['held', 'deleted'])

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0)

/** Rows of a source that are no more in the lake, by what `compare` calls them. */
const removedOf = (manifests: readonly Manifest[], hour: string, source: string) => {
  const all = manifests.flatMap(({ kind, hour: its, removed = [] }) =>
    its === hour ? removed.filter((one) => one.source === source).map((one) => ({ kind, ...one })) : [],
  )
  return {
    count: (kind: Manifest['kind'], is: (its: (typeof all)[number]) => boolean): number =>
      sumOf(all.filter((its) => its.kind === kind && is(its)).map(({ rows }) => rows)),
    codes: all.flatMap(({ kind, code }) => (kind === 'events' && code !== undefined ? [code] : [])),
  }
}

const found = (manifests: readonly Manifest[], kind: Manifest['kind'], hour: string, source: string) =>
  manifests
    .filter((its) => its.kind === kind && its.hour === hour)
    .flatMap(({ counts }) => counts.filter((its) => its.source === source))

const nothing = {
  received: 0,
  accepted: 0,
  duplicate: 0,
  quarantined: 0,
  suppressed: 0,
  quarantinedBy: {},
  rejected: {},
}

const reconcileHour = (counted: CountedHour, manifests: readonly Manifest[]): ReconciledHour => {
  const { source, hour, received, duplicate, suppressed } = counted
  const events = found(manifests, 'events', hour, source)
  const accepted = sumOf(events.filter(({ code }) => code === undefined).map(({ rows }) => rows))
  const kept = Object.fromEntries(events.flatMap(({ code, rows }) => (code === undefined ? [] : [[code, rows]])))
  const quarantined = sumOf(
    found(manifests, 'quarantine', hour, source)
      .filter(({ state = '' }) => stillHeld.has(state))
      .map(({ rows }) => rows),
  )
  const parked = counted.quarantinedBy.parked ?? 0
  const removed = removedOf(manifests, hour, source)
  /** What was held and has gone: its beginnings, less those that had left the quarantine by then. */
  const heldGone = (why?: RemovedCount['why']): number => {
    const of = (isHeld: boolean) =>
      removed.count('quarantine', (its) => (its.state === 'held') === isHeld && (why ?? its.why) === its.why)
    return of(true) - of(false)
  }
  const goneFor = (why: RemovedCount['why']): number =>
    removed.count('events', (its) => its.why === why) + heldGone(why)
  const [erased, expired] = [goneFor('erased'), goneFor('expired')]
  // A bot's event is in the lake, and nowhere else: whether it is there is told by its code.
  const inLake = new Set([...Object.keys(kept), 'bot', ...removed.codes])
  const codes = Object.entries(counted.rejected)
  const rejected = Object.fromEntries(codes.filter(([code]) => !inLake.has(code)))
  const differences = [
    ...compare('accepted', counted.accepted, accepted + removed.count('events', ({ code }) => code === undefined)),
    ...[...inLake].flatMap((code) =>
      compare(
        `rejected as ${code}`,
        counted.rejected[code as 'bot'] ?? 0,
        (kept[code] ?? 0) + removed.count('events', (its) => its.code === code),
      ),
    ),
    ...compare('quarantined', counted.quarantined - parked, quarantined + heldGone()),
  ]
  const elsewhere = parked + duplicate + suppressed + sumOf(Object.values(rejected))
  const difference = received - accepted - sumOf(Object.values(kept)) - quarantined - elsewhere - erased - expired
  return {
    source,
    hour,
    received,
    accepted,
    kept,
    quarantined,
    parked,
    duplicate,
    suppressed,
    rejected,
    erased,
    expired,
    difference,
    differences,
  }
}

/**
 * Holds what the statistics count against what the lake has, by source and hour (SPEC LA2, WI6). Pure.
 *
 * @param stats of the hours that the manifests are of; an hour that they do not know has been counted as nothing
 */
export const reconcile = (stats: readonly CountedHour[], manifests: readonly Manifest[]): ReconciledHour[] => {
  const hours = new Map(stats.map((its) => [`${its.hour} ${its.source}`, its]))
  for (const { kind, hour, counts, removed = [] } of manifests)
    if (kind === 'events' || kind === 'quarantine')
      for (const { source } of [...counts, ...removed])
        if (source !== undefined && !hours.has(`${hour} ${source}`))
          hours.set(`${hour} ${source}`, { ...nothing, source, hour })
  return [...hours.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, counted]) => reconcileHour(counted, manifests))
}
