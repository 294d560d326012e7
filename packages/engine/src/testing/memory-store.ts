import { attachRows, type SpillLimits, spill } from '../visitor/spill.ts'
import type { VisitorState } from '../visitor/state.ts'
import type { Ledger, Step } from '../visitor/step.ts'

/**
 * Keeps in memory what the store of a Visitor object keeps in its tables.
 *
 * @param limits of what may stay in the row of the state
 * @param isTrusted keeps the state as it is, and not as its JSON comes back: faster, where many runs need no more
 */
export const createMemoryStore = (limits?: SpillLimits, isTrusted = false) => {
  const blocks = new Map<number, Map<number, { hashes: string; lines: string }>>()
  const known = new Set<string>()
  const rows = new Map<number, string>()
  let state: VisitorState | undefined

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

  const forget = (what: NonNullable<Step['forgets']>): void => {
    for (const [fragment, its] of blocks)
      for (const [block, { hashes, lines }] of its)
        if (typeof what === 'object' && !what.includes(fragment)) continue
        else if (what === 'lines') its.set(block, { hashes, lines: '' })
        else if (typeof what === 'object' || what === 'ledger' || lines === '') {
          its.delete(block)
          for (let place = 0; place < hashes.length; place += 11) known.delete(hashes.slice(place, place + 11))
        }
  }

  return {
    ledger,
    rows,
    /** stores a step, and gives its state as it comes back */
    commit({ state: next, appends = [], rewrites = [], forgets }: Partial<Step> & Pick<Step, 'state'>): VisitorState {
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
      if (forgets) forget(forgets)
      if (isTrusted) {
        state = next
        return state
      }
      const { body, writes } = spill(state, next, limits)
      for (const { id, body: row } of writes)
        if (row === null) rows.delete(id)
        else rows.set(id, row)
      state = attachRows(JSON.parse(body) as VisitorState, (id) => rows.get(id)!)
      return state
    },
  }
}
