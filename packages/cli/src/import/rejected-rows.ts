import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import type { RefusalCode } from '@spartito/protocol'

export interface RejectedRow {
  /** its number in the input, from 1 */
  row: number
  code: RefusalCode
  message: string
  messageId?: string | null
}

/**
 * The file of rejected rows, one JSON object a line; it is made with the first.
 *
 * @param bytes how much of it is known to be right, after a kill
 */
export const openRejectedRows = (file: string, bytes: number) => {
  let handle: number | undefined
  if (bytes === 0) rmSync(file, { force: true })
  else {
    handle = openSync(file, 'r+')
    ftruncateSync(handle, bytes)
  }
  let size = bytes
  return {
    add(rows: readonly RejectedRow[]): void {
      if (rows.length === 0) return
      const text = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      handle ??= openSync(file, 'w')
      writeSync(handle, text, 0, text.length, size)
      size += text.length
    },
    /** What was added is on the disk when this returns. @returns its size in bytes */
    sync(): number {
      if (handle !== undefined) fsyncSync(handle)
      return size
    },
    close(): void {
      if (handle !== undefined) closeSync(handle)
    },
  }
}
