import { partEnd } from './block-text.ts'
import { noLines, unpackLines } from './packed-lines.ts'
import type { StateEntry } from './state-entry.ts'

/**
 * Lengths that the text is filled up to, in characters: with what is stored around it, it then fills whole pages of SQLite's (4,096 bytes),
 * up to 1,002 bytes of the entry's own and 4,092 of each other (https://www.sqlite.org/fileformat2.html, "Cell Payload Overflow Pages").
 */
const firstLength = 950
const step = 4_092

const filledLength = (length: number): number =>
  firstLength + Math.max(0, Math.ceil((length - firstLength) / step)) * step

const aStepOfBlanks = ' '.repeat(step)

const blanks = (length: number): string => (length <= step ? aStepOfBlanks.slice(0, length) : ' '.repeat(length))

/**
 * An entry as one text whose length and beginning seldom change. A value that keeps its length is overwritten where it is, and of its pages
 * those alone whose bytes differ. One of another length gives its pages back and takes others: besides these that writes the list of free
 * pages and the file's first one, five pages a request where it is now one or two. So what is long and grows at its end comes first, what is
 * short and changes with each commit last, and blanks fill it up.
 *
 * @returns undefined when the open block's lines are not packed: such an entry is stored in another form
 */
export const formatEntry = ({ body, outbox, open }: StateEntry): string | undefined => {
  const { id, hashes, text: pack } = open ?? { id: '', hashes: '', text: noLines }
  if (typeof pack === 'string') return undefined
  const { packed } = pack
  const parts = [packed, hashes, id, outbox ?? '', body]
  const length = parts.reduce<number>((sum, part) => sum + String(part).length + 1, 0)
  parts.push(blanks(filledLength(length) - length))
  const text = parts.join(partEnd)
  // The same lines in one piece: put together one by one they are a tree of texts, which each write would walk.
  if (packed !== '') pack.packed = text.slice(0, packed.length)
  return text
}

/** @throws Error when it is no such text */
export const parseEntry = (text: string): StateEntry => {
  const parts = text.split(partEnd)
  if (parts.length !== 6)
    throw new Error(`the stored state has ${parts.length} parts and not 6: it is not what this version writes`)
  const [packed, hashes, id, outbox, body] = parts as [string, string, string, string, string]
  if (id === '') return { body, outbox: outbox || null, open: null }
  return {
    body,
    outbox: outbox || null,
    open: { id: Number(id), hashes, text: { packed, last: unpackLines(packed).last } },
  }
}
