import { fetchPackages } from '../../peers/fetch-packages.ts'
import type { Area, BenchOptions } from '../area.ts'
import type { Row } from '../row.ts'
import { type Contender, makePeers } from './contenders.ts'
import { measureDeliveries } from './delivery-rows.ts'
import { measureMainThreads } from './main-thread-rows.ts'
import { measureStarts } from './start-rows.ts'

const measurements: Record<string, (peers: readonly Contender[], options: BenchOptions) => Promise<Row[]>> = {
  start: measureStarts,
  'main thread': measureMainThreads,
  delivery: measureDeliveries,
}

/** The peers, or none where their packages cannot be had: the tag is measured all the same. */
const peersOrNone = async (log: BenchOptions['log']): Promise<Contender[]> => {
  try {
    await fetchPackages()
  } catch (error) {
    log(`no peers, since their packages could not be fetched: ${(error as Error).message}`)
    return []
  }
  return makePeers()
}

/** What the tag costs its page, and whether it loses anything, in a real Chromium and beside its peers (DESIGN 7, SPEC QU). */
export const tag: Area = {
  name: 'tag',
  isLong: true,
  async measure(options) {
    const chosen = Object.entries(measurements).filter(([name]) => name.includes(options.only))
    const peers = chosen.length > 0 ? await peersOrNone(options.log) : []
    const rows: Row[] = []
    for (const [, measure] of chosen) rows.push(...(await measure(peers, options)))
    return rows
  },
}
