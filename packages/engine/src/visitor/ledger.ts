import type { EpochMs } from '@spartito/protocol'
import type { Fragment } from '../profile/fragment.ts'
import type { KeptEvent } from '../profile/slim-event.ts'
import type { Ledger, LedgerAppend } from './step.ts'

/**
 * A block is sealed at this many UTF-16 units: appending rewrites a block, so it bounds the bytes of a write. A sealed one costs a row
 * and the first the table; some forty events of 1 KB come before it.
 */
export const sealedBlockSize = 48 * 1024

/** One line of the ledger. Commit 0 marks an event that another object has brought to the lake. */
export const ledgerLine = (commit: number, json: string): string => `${commit}\t${json}\n`

export interface LedgerEntry {
  commit: number
  json: string
}

export const parseLedger = (text: string): LedgerEntry[] => {
  const entries: LedgerEntry[] = []
  for (const line of text.split('\n')) {
    const tab = line.indexOf('\t')
    if (tab > 0) entries.push({ commit: Number(line.slice(0, tab)), json: line.slice(tab + 1) })
  }
  return entries
}

/** The kept events of a fragment, oldest block first. */
export function* readLedger(ledger: Ledger, fragment: number): Iterable<KeptEvent> {
  for (const { lines } of ledger.blocks(fragment))
    for (const { json } of parseLedger(lines)) yield JSON.parse(json) as KeptEvent
}

const dayMs = 86_400_000
/** PR1: events are kept whole for at least this long after they were received. */
export const wholeMs = 30 * dayMs
/** Blocks that come due within a day are looked through together. */
export const pruneSlackMs = dayMs

/** Plans the append of lines to a fragment's newest block, or to a new one when that is full. Pure. */
export const appendToLedger = (
  fragment: Fragment,
  lines: string,
  hashes: string,
  receivedAt: EpochMs,
): { fragment: Fragment; append: LedgerAppend } => {
  const isFull = fragment.blockSize >= sealedBlockSize
  const block = isFull ? fragment.block + 1 : fragment.block
  return {
    fragment: {
      ...fragment,
      block,
      blockSize: (isFull ? 0 : fragment.blockSize) + lines.length,
      pruneAt: fragment.pruneAt ?? receivedAt + wholeMs + pruneSlackMs,
    },
    append: { fragment: fragment.id, block, isNew: isFull || fragment.blockSize === 0, hashes, lines },
  }
}
