/** What ends a line's own part in a packed text: the number of units that it shares comes first. */
const mark = '|'
/** A shorter end is not worth its number. */
const minShared = 8

const sharedEnd = (a: string, b: string): number => {
  const longest = Math.min(a.length, b.length)
  let shared = 0
  while (shared < longest && a.charCodeAt(a.length - 1 - shared) === b.charCodeAt(b.length - 1 - shared)) shared++
  return shared < minShared ? 0 : shared
}

/** A text of lines, with what each shares with the end of the one before left out, and its last line. */
export interface PackedLines {
  packed: string
  last: string
}

/**
 * Adds lines to a packed text. The events of one visitor differ in their beginnings (ids, times) and are alike from their properties
 * or context on, so what is written again with each request is a fraction of them.
 *
 * @param text whole lines: it ends with one
 */
export const packLines = ({ packed, last }: PackedLines, text: string): PackedLines => {
  let added = packed
  let before = last
  for (const line of text.slice(0, -1).split('\n')) {
    const shared = sharedEnd(line, before)
    added += `${shared.toString(36)}${mark}${line.slice(0, line.length - shared)}\n`
    before = line
  }
  return { packed: added, last: before }
}

export const noLines: PackedLines = { packed: '', last: '' }

/** The lines of a packed text, as they were. */
export const unpackLines = (packed: string): { lines: string; last: string } => {
  let lines = ''
  let last = ''
  if (packed === '') return { lines, last }
  for (const line of packed.slice(0, -1).split('\n')) {
    const place = line.indexOf(mark)
    const shared = Number.parseInt(line.slice(0, place), 36)
    last = line.slice(place + 1) + last.slice(last.length - shared)
    lines += `${last}\n`
  }
  return { lines, last }
}
