import { findChromium, launchChromium } from '../../e2e/chromium.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { benchWorkspace } from '../collector/bench-workspace.ts'
import type { Row } from '../row.ts'
import { spread, sum } from '../statistics.ts'
import { collectThrough } from './collected.ts'
import { type Contender, spartito } from './contenders.ts'
import { type Course, type Delivery, events, measureDelivery } from './delivery.ts'
import { type Scenario, scenarios } from './scenarios.ts'

/** Walks are waiting most of the time. */
const walksAtOnce = 6

/** What one tag delivered in one scenario, turn by turn. */
export interface Outcome {
  scenario: Scenario
  name: string
  turns: Delivery[]
}

const storedOf = ({ turns }: Outcome): number[] => turns.map(({ stored }) => stored)
const worstOf = (outcome: Outcome): number => Math.min(...storedOf(outcome))
const again = (outcomes: readonly Outcome[], read: (delivery: Delivery) => number): number =>
  sum(outcomes.flatMap(({ turns }) => turns.map(read)))

/** Exported for its test. */
export const deliveryRows = (ours: string, outcomes: readonly Outcome[]): Row[] => {
  const names = [...new Set(outcomes.map(({ name }) => name))]
  const peers = names.filter((name) => name !== ours)
  const ofName = (name: string): Outcome[] => outcomes.filter((outcome) => outcome.name === name)
  const rows = ofName(ours).map((own): Row => {
    const others = outcomes.filter(({ scenario, name }) => scenario.what === own.scenario.what && name !== ours)
    const best = others.toSorted((a, b) => worstOf(b) - worstOf(a))[0]
    const told = (outcome: Outcome): string => {
      const copies = again([outcome], ({ storedAgain }) => storedAgain)
      return `${outcome.name} ${storedOf(outcome).join(', ')}${copies > 0 ? ` and ${copies} again` : ''}`
    }
    return {
      what: `${own.scenario.what}: stored of ${events}`,
      value: worstOf(own),
      unit: 'count',
      ...(own.turns.length > 1 && { spread: spread(storedOf(own)) }),
      ...(best && { peer: { what: `${best.name}, best of ${others.length}`, value: worstOf(best) } }),
      ...(!own.scenario.isUnsolved && { budget: { kind: 'at least', limit: events, tolerance: 0 } }),
      ...(others.length > 0 && { note: others.map(told).join('; ') }),
    }
  })
  const copies = (what: string, read: (delivery: Delivery) => number, note: string, limit?: number): Row => {
    const byPeer = peers.map((name) => ({ name, value: again(ofName(name), read) }))
    const best = byPeer.toSorted((a, b) => a.value - b.value)[0]
    return {
      what,
      value: again(ofName(ours), read),
      unit: 'count',
      ...(best && { peer: { what: `${best.name}, best of ${peers.length}`, value: best.value } }),
      ...(limit !== undefined && { budget: { kind: 'at most', limit, tolerance: 0 } }),
      note: [note, ...byPeer.map(({ name, value }) => `${name} ${value}`)].join('; '),
    }
  }
  return [
    ...rows,
    copies(
      'copies stored beyond the first, in all of these',
      ({ storedAgain }) => storedAgain,
      'by the collector; of the peers what their receiver took twice: their own servers may find some of that out',
      0,
    ),
    copies(
      'copies sent beyond the first, in all of these',
      ({ sentAgain }) => sentAgain,
      'a page that is gone never hears that its last request was answered, so the next one sends its events again',
    ),
  ]
}

const unknown: Delivery = { stored: Number.NaN, storedAgain: Number.NaN, sentAgain: Number.NaN }

/** Whether the events of a page arrive, and how often, however it ends; against the real collector, and the peers' receivers. */
export const measureDeliveries = async (peers: readonly Contender[], { short, log }: BenchOptions): Promise<Row[]> => {
  const folder = await makeTempFolder('bench-tag-collector')
  const stops: (() => Promise<void>)[] = [folder.remove]
  try {
    const { collector, admin, runtime } = await startSpartito({ folder: folder.path })
    stops.push(runtime.stop)
    await admin.publish(benchWorkspace())
    const browsers = { shared: await launchChromium(), program: await findChromium() }
    stops.push(() => browsers.shared.close())

    const contender = await spartito()
    const courses: Course[] = [
      { contender, collected: () => collectThrough(collector, admin) },
      ...(short ? [] : peers).map((contender) => ({ contender })),
    ]
    const walked = short
      ? scenarios.filter((scenario) => scenario.kind !== 'kill' || scenario.afterMs < 5_000)
      : scenarios
    const outcomes = walked.flatMap((scenario) =>
      courses.map((course) => ({ scenario, course, name: course.contender.name, turns: [] as Delivery[] })),
    )
    const turnsOf = (name: string): number => (short ? 1 : name === contender.name ? 3 : 2)
    const queue = [1, 2, 3].flatMap((turn) => outcomes.filter(({ name }) => turn <= turnsOf(name)))
    const walkNext = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { scenario, course, name } = next
        const delivery = await measureDelivery(browsers, course, scenario).catch((error: Error) => {
          log(`${scenario.what}, ${name}: ${error.message}`)
          return unknown
        })
        next.turns.push(delivery)
        log(`${scenario.what}, ${name}: ${delivery.stored} stored, ${delivery.storedAgain} again`)
      }
    }
    await Promise.all(Array.from({ length: walksAtOnce }, walkNext))
    return deliveryRows(contender.name, outcomes)
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}
