import type { EpochMs } from '@spartito/protocol'
import type { Fragment } from './fragment.ts'
import { distance, joinSessions, maxSessions, type Session, sessionGapMs } from './sessions.ts'

/** The sessions of a profile as administrators see them (SPEC AD). */
export interface ShownSessions {
  count: number
  /** when the first began and the last ended; null when there is none */
  first: EpochMs | null
  last: EpochMs | null
  /** the newest 50, newest first; `id` is null where gaps tell them apart */
  recent: { id: string | null; start: EpochMs; end: EpochMs; events: number }[]
  /** some are older than what is kept of them: they are counted as each device had them */
  isCut?: true
}

const joinByGaps = (stretches: readonly Session[]): Session[] => {
  const joined: Session[] = []
  for (const stretch of stretches.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1)
    if (last && distance(last, stretch) < sessionGapMs) joined[joined.length - 1] = joinSessions([last, stretch])
    else joined.push(stretch)
  }
  return joined
}

/** The session with an id that a stretch without one is nearest to, if it is less than a gap away. */
const nearest = (named: readonly Session[], stretch: Session): Session | undefined => {
  let found: Session | undefined
  for (const session of named) {
    const away = distance(session, stretch)
    if (away < sessionGapMs && (!found || away < distance(found, stretch))) found = session
  }
  return found
}

/**
 * The sessions of all fragments read as one: an id is one session wherever it was seen, gaps are gaps between all that has
 * no id, and such a stretch belongs to a session with an id that is less than a gap away.
 */
export const shownSessions = (fragments: readonly Pick<Fragment, 'sessions'>[]): ShownSessions => {
  const logs = fragments.flatMap(({ sessions }) => sessions ?? [])
  const kept = logs.flatMap((log) => log.kept)
  const byId = Map.groupBy(
    kept.filter(([, , , id]) => id !== undefined),
    ([, , , id]) => id,
  )
  const named = [...byId.values()].map(joinSessions).sort((a, b) => a[0] - b[0] || (a[3]! < b[3]! ? -1 : 1))
  const parts = new Map(named.map((session) => [session, [session]]))
  const alone: Session[] = []
  for (const stretch of joinByGaps(kept.filter(([, , , id]) => id === undefined))) {
    const session = nearest(named, stretch)
    if (session) parts.get(session)!.push(stretch)
    else alone.push(stretch)
  }
  const all = [...alone, ...[...parts.values()].map(joinSessions)]
  all.sort((a, b) => b[1] - a[1] || b[0] - a[0] || ((a[3] ?? '') < (b[3] ?? '') ? -1 : 1))
  const older = logs.reduce((sum, log) => sum + log.older, 0)
  return {
    count: all.length + older,
    first: logs.length > 0 ? Math.min(...logs.map(({ first }) => first)) : null,
    last: all[0]?.[1] ?? null,
    recent: all.slice(0, maxSessions).map(([start, end, events, id = null]) => ({ id, start, end, events })),
    ...(older > 0 && { isCut: true as const }),
  }
}
