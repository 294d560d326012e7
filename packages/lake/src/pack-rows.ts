import { utf8Bytes } from '@spartito/protocol'
import { maxLakeMessageBytes } from './message.ts'

/** Of a message beside its rows. */
const aboutBytes = 1_000

/**
 * Rows, each as JSON under a number, in packs that fit a message of the queue `lake` each. One that is larger than a message alone is in a
 * pack of its own, which the queue may refuse.
 */
export const packRows = <T extends { json: string }>(rows: readonly T[]): T[][] => {
  const packs: T[][] = []
  let bytes = maxLakeMessageBytes
  for (const row of rows) {
    const its = utf8Bytes(row.json) + 1
    bytes += its
    if (bytes > maxLakeMessageBytes - aboutBytes) {
      packs.push([])
      bytes = its
    }
    packs.at(-1)!.push(row)
  }
  return packs
}
