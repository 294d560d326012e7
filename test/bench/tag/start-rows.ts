import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../e2e/chromium.ts'
import type { BenchOptions } from '../area.ts'
import { inTurns, type Rounds } from '../in-turns.ts'
import type { Row } from '../row.ts'
import { median, spread } from '../statistics.ts'
import { type Contender, noTag, spartito } from './contenders.ts'
import { block, throttling } from './main-thread.ts'
import { onPage } from './on-page.ts'

const settledMs = 700
const limitMs = 10
/** A processor that is stopped three quarters of the time makes tasks of some ms longer or shorter by one of its pauses. */
const tolerance = 0.2

/** The task that evaluates a tag and starts it, once, in a browser that has never seen it, in ms. */
const measureStart = (browser: Browser, contender: Contender): Promise<number> =>
  onPage(browser, contender, async (page, devtools) => {
    await devtools.send('HeapProfiler.collectGarbage')
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttling })
    await wait(settledMs)
    return (await block(page, [])).blockedMs
  })

/** Exported for its test. */
export const startRow = (ours: string, page: string, all: readonly Rounds<Pick<Contender, 'name'>, number>[]): Row => {
  const timesOf = (name: string): number[] => all.find(({ target }) => target.name === name)!.rounds
  const ofPage = median(timesOf(page))
  const beyondPage = (name: string): number => median(timesOf(name)) - ofPage
  const peers = all
    .map(({ target: { name } }) => name)
    .filter((name) => name !== ours && name !== page)
    .toSorted((a, b) => beyondPage(a) - beyondPage(b))
  const told = [ours, ...peers].map((name) => `${name} ${median(timesOf(name)).toFixed(1)}`).join(', ')
  return {
    what: `start at ${throttling} times throttling: evaluate and init`,
    value: beyondPage(ours),
    unit: 'ms',
    spread: spread(timesOf(ours).map((time) => time - ofPage)),
    ...(peers[0] !== undefined && {
      peer: { what: `${peers[0]}, best of ${peers.length}`, value: beyondPage(peers[0]) },
    }),
    budget: { kind: 'at most', limit: limitMs, tolerance },
    note: `the task that does it, beyond the same task of a page whose script is empty (${ofPage.toFixed(1)}); medians of ${timesOf(ours).length}; with it: ${told}`,
  }
}

/** What the page pays for evaluating and starting its tag, in many short rounds, in turns with the peers. */
export const measureStarts = async (peers: readonly Contender[], { short, log }: BenchOptions): Promise<Row[]> => {
  const compared = short ? peers.filter(({ name }) => name === 'OpenPanel') : peers
  const ours = await spartito()
  const browser = await launchChromium()
  try {
    // a browser's first page is slower than any later one
    await measureStart(browser, ours)
    const turns = short ? 9 : 21
    const all = await inTurns([noTag, ours, ...compared], turns, (target) => measureStart(browser, target))
    log(`${turns} starts of each of ${all.length}`)
    return [startRow(ours.name, noTag.name, all)]
  } finally {
    await browser.close()
  }
}
