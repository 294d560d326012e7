import type { Ledger, LedgerAppend, LedgerRewrite } from '../visitor/step.ts'

/** A ledger in memory, as the store of a Visitor object keeps it. */
export const createMemoryLedger = () => {
  const blocks = new Map<number, Map<number, { hashes: string; lines: string }>>()
  const known = new Set<string>()

  const blocksOf = (fragment: number) => {
    const found = blocks.get(fragment) ?? new Map<number, { hashes: string; lines: string }>()
    blocks.set(fragment, found)
    return found
  }

  const ledger: Ledger = {
    has: (hash) => known.has(hash),
    *blocks(fragment, after = 0) {
      const sorted = [...blocksOf(fragment)].sort(([a], [b]) => a - b)
      for (const [block, { lines }] of sorted) if (block > after) yield { block, lines }
    },
  }

  return {
    ledger,
    store(appends: readonly LedgerAppend[] = [], rewrites: readonly LedgerRewrite[] = []): void {
      for (const { fragment, block, hashes, lines } of appends) {
        const old = blocksOf(fragment).get(block) ?? { hashes: '', lines: '' }
        blocksOf(fragment).set(block, { hashes: old.hashes + hashes, lines: old.lines + lines })
        for (let place = 0; place < hashes.length; place += 11) known.add(hashes.slice(place, place + 11))
      }
      for (const { fragment, block, hashes, lines, dropped } of rewrites) {
        if (lines === '') blocksOf(fragment).delete(block)
        else blocksOf(fragment).set(block, { hashes, lines })
        for (const hash of dropped) known.delete(hash)
      }
    },
  }
}
