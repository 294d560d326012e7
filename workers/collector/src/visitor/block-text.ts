import { noLines, type PackedLines, packLines, unpackLines } from './packed-lines.ts'

/** Ends a part of a stored text, so no packed line has it: in JSON it is written otherwise, and hashes have letters and digits. */
export const partEnd = '\u001e'

/**
 * The lines of a block of the ledger: packed, or as they are where they cannot be. A block of one visitor's is packed to a fifth or less, in
 * memory, in the state's entry and in its row.
 */
export type BlockText = PackedLines | string

/** Whether lines can be packed: they end with a whole one, and have nothing that JSON has not. */
const canPack = (lines: string): boolean => lines.endsWith('\n') && !lines.includes(partEnd)

/** The lines, as they were. */
export const linesOf = (text: BlockText): string => (typeof text === 'string' ? text : unpackLines(text.packed).lines)

export const withLines = (text: BlockText, lines: string): BlockText => {
  if (typeof text !== 'string' && canPack(lines)) return packLines(text, lines)
  return lines === '' ? text : linesOf(text) + lines
}

export const blockText = (lines: string): BlockText => withLines(noLines, lines)

/** As a row holds it: what is packed begins with what no line does. */
export const formatBlockText = (text: BlockText): string => {
  if (typeof text === 'string') return text
  return text.packed === '' ? '' : partEnd + text.packed
}

/** The lines of a row; one of before holds them as they were. */
export const storedLines = (stored: string): string =>
  stored.startsWith(partEnd) ? unpackLines(stored.slice(partEnd.length)).lines : stored

export const parseBlockText = (stored: string): BlockText => {
  if (stored === '') return noLines
  if (!stored.startsWith(partEnd)) return stored
  const packed = stored.slice(partEnd.length)
  return { packed, last: unpackLines(packed).last }
}
