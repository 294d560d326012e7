import { launchChromium } from '../../e2e/chromium.ts'
import type { BenchOptions } from '../area.ts'
import { inTurns, type Rounds } from '../in-turns.ts'
import type { Row, Unit } from '../row.ts'
import { median, spread } from '../statistics.ts'
import { type Contender, noTag, spartito } from './contenders.ts'
import { calls, type MainThreadRound, measureMainThread } from './main-thread.ts'

/** A round that failed is none. */
type Measured = Rounds<Pick<Contender, 'name'>, MainThreadRound | undefined>

/** Two processes share this machine's cores with the browser: what is timed in milliseconds swings by this share. */
const tolerance = 0.2

const thousand = calls.toLocaleString('en')

interface Measure {
  what: string
  read(round: MainThreadRound): number
  unit: Unit
  /** whether a page without a tag has some of it, which is no tag's doing */
  isBeyondPage: boolean
  limit?: number
  note: string
}

const measures: Measure[] = [
  {
    what: 'start, all of the main thread until it has started and is idle',
    read: ({ startTotalMs }) => startTotalMs,
    unit: 'ms',
    isBeyondPage: true,
    note: 'beyond a page without a tag; what it does later, such as opening its store and sending the page view, counts',
  },
  {
    what: `${thousand} track calls, until the last returns`,
    read: ({ callsMs }) => callsMs,
    unit: 'ms',
    isBeyondPage: false,
    limit: 30,
    note: 'in one task',
  },
  {
    what: `${thousand} track calls, until the next task`,
    read: ({ callsBlockedMs }) => callsBlockedMs,
    unit: 'ms',
    isBeyondPage: false,
    note: 'the calls and the microtasks that they leave, in which several tags, ours too, store and send',
  },
  {
    what: `${thousand} track calls, all of the main thread until it is idle`,
    read: ({ callsTotalMs }) => callsTotalMs,
    unit: 'ms',
    isBeyondPage: true,
    note: 'beyond a page without a tag; storing and sending count, as far as they are done within seconds',
  },
  {
    what: 'JS heap after start',
    read: ({ startHeapKb }) => startHeapKb,
    unit: 'KB',
    isBeyondPage: true,
    note: 'after a collection, beyond a page without a tag',
  },
  {
    what: `JS heap after ${thousand} events`,
    read: ({ callsHeapKb }) => callsHeapKb,
    unit: 'KB',
    isBeyondPage: true,
    note: 'after a collection, beyond a page without a tag; events that still wait are in it',
  },
]

/** The rounds of each contender by name; ours has one beside each peer. */
const byName = (all: readonly Measured[]): Map<string, MainThreadRound[]> => {
  const rounds = new Map<string, MainThreadRound[]>()
  for (const { target, rounds: own } of all)
    rounds.set(target.name, [...(rounds.get(target.name) ?? []), ...own.filter((round) => round !== undefined)])
  return rounds
}

/** Exported for its test. */
export const mainThreadRows = (ours: string, page: string, all: readonly Measured[]): Row[] => {
  const rounds = byName(all)
  const peers = [...rounds.keys()].filter((name) => name !== ours && name !== page && rounds.get(name)!.length > 0)
  return measures.map(({ what, read, unit, isBeyondPage, limit, note }): Row => {
    const ofPage = median(rounds.get(page)!.map(read))
    const valuesOf = (name: string): number[] =>
      rounds.get(name)!.map((round) => read(round) - (isBeyondPage ? ofPage : 0))
    const medianOf = (name: string): number => median(valuesOf(name))
    const best = peers.toSorted((a, b) => medianOf(a) - medianOf(b))[0]
    const told = (name: string): string => {
      const values = valuesOf(name).map((value) => value.toFixed(value < 10 ? 1 : 0))
      return `${name} ${medianOf(name).toFixed(medianOf(name) < 10 ? 1 : 0)}${values.length > 1 ? ` (${values.join(', ')})` : ''}`
    }
    const others = [...peers, ...(isBeyondPage ? [] : [page])].map(told).join('; ')
    return {
      what,
      value: medianOf(ours),
      unit,
      spread: spread(valuesOf(ours)),
      ...(best !== undefined && {
        peer: { what: `${best}, best of ${peers.length}`, value: medianOf(best) },
      }),
      ...(limit !== undefined && { budget: { kind: 'at most', limit, tolerance } }),
      note: `${note}; ${others}`,
    }
  })
}

/** What the page pays for its tag, with the processor throttled four times, in turns with the peers. */
export const measureMainThreads = async (peers: readonly Contender[], { short, log }: BenchOptions): Promise<Row[]> => {
  const ours = await spartito()
  // the others take up to a minute for a round
  const compared = short ? peers.filter(({ name }) => name === 'OpenPanel') : peers
  // what slows the machine for a minute slows ours as often as each peer
  const targets = [noTag, ours, ...compared.flatMap((peer) => [peer, ours]), noTag]
  const browser = await launchChromium()
  try {
    // a browser's first page is slower than any later one
    await measureMainThread(browser, ours, 1_000)
    const measured = await inTurns(targets, short ? 1 : 2, async (target, turn) => {
      const round = await measureMainThread(browser, target, short ? 2_000 : 5_000).catch((error: Error) => {
        log(`turn ${turn}, ${target.name}: ${error.message}`)
        return undefined
      })
      if (round)
        log(
          `turn ${turn}, ${target.name}: start ${round.startTotalMs.toFixed(0)} ms in all, calls ${round.callsMs.toFixed(0)} ms`,
        )
      return round
    })
    return mainThreadRows(ours.name, noTag.name, measured)
  } finally {
    await browser.close()
  }
}
