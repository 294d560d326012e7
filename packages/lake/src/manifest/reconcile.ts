import type { Counts } from '@spartito/protocol'
import type { Manifest } from './make-manifest.ts'

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
  // A bot's event is in the lake, and nowhere else: whether it is there is told by its code.
  const inLake = new Set([...Object.keys(kept), 'bot'])
  const codes = Object.entries(counted.rejected)
  const rejected = Object.fromEntries(codes.filter(([code]) => !inLake.has(code)))
  const differences = [
    ...compare('accepted', counted.accepted, accepted),
    ...[...inLake].flatMap((code) =>
      compare(`rejected as ${code}`, counted.rejected[code as 'bot'] ?? 0, kept[code] ?? 0),
    ),
    ...compare('quarantined', counted.quarantined - parked, quarantined),
  ]
  const elsewhere = parked + duplicate + suppressed + sumOf(Object.values(rejected))
  const difference = received - accepted - sumOf(Object.values(kept)) - quarantined - elsewhere
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
  for (const { kind, hour, counts } of manifests)
    if (kind === 'events' || kind === 'quarantine')
      for (const { source } of counts)
        if (!hours.has(`${hour} ${source}`)) hours.set(`${hour} ${source}`, { ...nothing, source, hour })
  return [...hours.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, counted]) => reconcileHour(counted, manifests))
}
