import Table from 'cli-table3'
import { escapeControls } from './escape-controls.ts'

export interface TableColumn {
  name: string
  /** numbers stand at the right */
  isNumber?: boolean
}

const minWidth = 6
/** A space and a line on each side of a column. */
const frame = 3

/** Takes the same from the widest columns until all fit. @returns the width of each, without its frame */
const fit = (widths: readonly number[], total: number): number[] => {
  const room = Math.max(total - 1 - widths.length * frame, widths.length * minWidth)
  let [low, high] = [minWidth, Math.max(minWidth, ...widths)]
  const sum = (cap: number): number => widths.reduce((all, width) => all + Math.min(width, cap), 0)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (sum(middle) <= room) low = middle
    else high = middle - 1
  }
  return widths.map((width) => Math.min(width, low))
}

const widthOf = (text: string): number => [...text].length

/**
 * A table for a terminal. What does not fit is cut with `…`; nothing in a cell is taken as a command.
 *
 * @param width of the terminal, in characters; wider columns are cut. Infinite when nobody looks
 */
export const textTable = (
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): string => {
  const head = columns.map(({ name }) => escapeControls(name))
  const cells = rows.map((row) => row.map(escapeControls))
  const wanted = head.map((name, index) => Math.max(widthOf(name), ...cells.map((row) => widthOf(row[index] ?? ''))))
  const widths = Number.isFinite(width) ? fit(wanted, width) : wanted
  const table = new Table({
    head,
    colWidths: widths.map((each) => each + 2),
    colAligns: columns.map(({ isNumber }) => (isNumber ? 'right' : 'left')),
    style: { head: [], border: [] },
    // No line between rows: a screen shows twice as many.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  table.push(...cells)
  const [top = '', names = '', ...rest] = table.toString().split('\n')
  return [top, names, top.replace('┌', '├').replaceAll('┬', '┼').replace('┐', '┤'), ...rest].join('\n')
}

/** What a terminal is wide, in characters; infinite where the output goes elsewhere. */
export const terminalWidth = (): number => (process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY)
