import type { EpochMs } from '@spartito/protocol'
import { heldBy } from './held-by.ts'
import type { Owners, Subjects } from './subjects.ts'

/** What becomes of something that was parked. */
export interface ErasedParked {
  /** without what is the subjects'; null when nothing is left, and it goes as a whole */
  text: string | null
  /** of each erasure by its id: events, rows or messages that went */
  rows: Record<string, number>
}

/** Whatever instants a text says it was received, emitted or parked at. */
const instants = /"(?:receivedAt|received_at|emittedAt|emitted_at|parkedAt|began_at|at)":(\d{10,})/g

/** The first instant that a text names: a part that says none is of before. */
const instantOf = (text: string): EpochMs => {
  let first = Number.POSITIVE_INFINITY
  for (const [, at] of text.matchAll(instants)) first = Math.min(first, Number(at))
  return Number.isFinite(first) ? first : Number.NEGATIVE_INFINITY
}

interface Judged {
  text: string | null
  owners: Owners[]
}

/** Parts each for itself, such as the events of a unit or the rows of a message. @returns undefined when all stay */
const withoutParts = (parts: readonly string[], subjects: Subjects): { left: string[]; owners: Owners[] } => {
  const judged = parts.map((part) => heldBy(part, instantOf(part), subjects))
  return {
    left: parts.filter((_, index) => judged[index]!.length === 0),
    owners: judged.filter((owners) => owners.length > 0),
  }
}

/** A unit: a line about it, and a line for each event. One whose first line names a subject goes as a whole. */
const eraseLines = (text: string, subjects: Subjects): Judged => {
  const [about = '', ...lines] = text.split('\n')
  const ofAll = heldBy(about, instantOf(text), subjects)
  if (ofAll.length > 0) return { text: null, owners: [ofAll] }
  const { left, owners } = withoutParts(lines, subjects)
  return { text: left.length === 0 ? null : [about, ...left].join('\n'), owners }
}

/** A message that has rows; others name whom they are about at their top, or are kept. */
const eraseJson = (text: string, subjects: Subjects): Judged => {
  const said = JSON.parse(text) as { rows?: unknown } | null
  const rows = said?.rows
  if (!Array.isArray(rows)) {
    const owners = heldBy(text, instantOf(text), subjects)
    return { text: owners.length > 0 ? null : text, owners: owners.length > 0 ? [owners] : [] }
  }
  const { left, owners } = withoutParts(
    rows.map((row) => JSON.stringify(row)),
    subjects,
  )
  const about = JSON.stringify({ ...said, rows: undefined })
  const ofAll = heldBy(about, instantOf(text), subjects)
  if (ofAll.length > 0) return { text: null, owners: [ofAll] }
  if (left.length === 0) return { text: null, owners }
  return { text: JSON.stringify({ ...said, rows: left.map((row) => JSON.parse(row) as unknown) }), owners }
}

/** A field and its value, or a text alone, in what is broken off or was never whole. */
const pieces = /(?:"([^"\\]*)"\s*:\s*)?(?:"((?:[^"\\]|\\.)*)"|([^\s",:;{}[\]()]+))/g

/** Text of no known shape: it goes as a whole when it names a subject. */
const eraseText = (text: string, subjects: Subjects): Judged => {
  const at = instantOf(text)
  for (const [, name = '', quoted, word] of text.matchAll(pieces)) {
    const owners = subjects.ofText(quoted ?? word ?? '', name, at)
    if (owners.length > 0) return { text: null, owners: [owners] }
  }
  return { text, owners: [] }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * What was parked (messages that no consumer took, deliveries that failed, units that no file could hold) without what is the subjects'.
 *
 * @returns undefined when nothing of it is theirs
 */
export const eraseParked = (text: string, subjects: Subjects): ErasedParked | undefined => {
  const [first = '', ...more] = text.split('\n')
  const erase = isJson(text) ? eraseJson : more.length > 0 && isJson(first) ? eraseLines : eraseText
  const { text: left, owners } = erase(text, subjects)
  if (owners.length === 0) return undefined
  const rows: Record<string, number> = {}
  for (const ask of owners.flat()) {
    const { erasureId } = subjects.asks[ask]!
    rows[erasureId] = (rows[erasureId] ?? 0) + 1
  }
  return { text: left, rows }
}
