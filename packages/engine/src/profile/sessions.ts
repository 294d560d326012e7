import type { EpochMs, Event } from '@spartito/protocol'
import { hash53 } from '../hash.ts'

/** Without a `context.sessionId` events that are less than this apart are one session (SPEC ID9). */
export const sessionGapMs = 30 * 60_000

/** How many sessions a fragment knows one by one. */
export const maxSessions = 50

const maxIdUnits = 64

/** `[start, end, events, id]`; without an id it is told by the gaps around it. A list, since a state holds many. */
export type Session = [start: EpochMs, end: EpochMs, events: number, id?: string]

/** The sessions of a fragment: those that ended last, and how many there were before. */
export interface Sessions {
  /** the start of the first one ever */
  first: EpochMs
  /** the newest first */
  kept: Session[]
  /** how many were pushed out by newer ones */
  older: number
  /** when the last of them ended */
  olderEnd: EpochMs
}

const sessionIdOf = ({ context }: Event): string | undefined => {
  const id = context?.sessionId
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return undefined
  const text = String(id)
  return text.length > maxIdUnits ? hash53(text) : text
}

const newestFirst = (a: Session, b: Session): number =>
  b[1] - a[1] || b[0] - a[0] || ((a[3] ?? '') < (b[3] ?? '') ? -1 : 1)

/** Several that are one. */
export const joinSessions = (sessions: readonly Session[]): Session => {
  const start = Math.min(...sessions.map((session) => session[0]))
  const end = Math.max(...sessions.map((session) => session[1]))
  const events = sessions.reduce((sum, session) => sum + session[2], 0)
  const id = sessions[0]![3]
  return id === undefined ? [start, end, events] : [start, end, events, id]
}

/** How far apart two are; 0 when they overlap. */
export const distance = (a: Session, b: Session): number => Math.max(0, a[0] - b[1], b[0] - a[1])

/** Whether an event is of the newest session and of no other: nearly all are, so this is looked at first. */
const continues = ([start, end, , itsId]: Session, id: string | undefined, timestamp: EpochMs): boolean =>
  itsId === id && timestamp >= start && (id !== undefined || timestamp < end + sessionGapMs)

const extended = ([start, end, events, id]: Session, timestamp: EpochMs): Session => {
  const last = Math.max(end, timestamp)
  return id === undefined ? [start, last, events + 1] : [start, last, events + 1, id]
}

/**
 * Adds an event. A session is of a device, so what a server sends without a device or a session's id is none. The order
 * of events does not matter while there are at most `maxSessions`; past that, an event older than what was pushed out is taken to be of that.
 *
 * @returns the same object when the event changes nothing
 */
export const addToSessions = (sessions: Sessions | undefined, event: Event): Sessions | undefined => {
  const id = sessionIdOf(event)
  if (id === undefined && event.anonymousId === undefined) return sessions
  const { timestamp } = event
  const newest = sessions?.kept[0]
  if (sessions && newest && continues(newest, id, timestamp))
    return { ...sessions, kept: sessions.kept.with(0, extended(newest, timestamp)) }
  const { first = timestamp, kept = [], older = 0, olderEnd = 0 } = sessions ?? {}
  const own: Session = id === undefined ? [timestamp, timestamp, 1] : [timestamp, timestamp, 1, id]
  const isSame = (session: Session): boolean =>
    session[3] === id && (id !== undefined || distance(session, own) < sessionGapMs)
  const same = kept.filter(isSame)
  if (same.length === 0 && older > 0 && timestamp <= olderEnd) return sessions
  const others = same.length === 0 ? kept : kept.filter((session) => !isSame(session))
  const next = [joinSessions([...same, own]), ...others]
  if (next.length > 1 && newestFirst(next[0]!, next[1]!) > 0) next.sort(newestFirst)
  const out = next.length > maxSessions ? next.pop() : undefined
  return {
    first: Math.min(first, timestamp),
    kept: next,
    older: older + (out ? 1 : 0),
    olderEnd: Math.max(olderEnd, out?.[1] ?? 0),
  }
}
