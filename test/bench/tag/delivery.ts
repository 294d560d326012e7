import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { BrowserProgram } from '../../e2e/chromium.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { type Collected, holdsWithin } from './collected.ts'
import type { Contender } from './contenders.ts'
import { type Edge, startEdge } from './edge.ts'
import { startKillableBrowser } from './killable-browser.ts'
import { marksOf } from './marks.ts'
import type { Scenario } from './scenarios.ts'
import { type Site, startSite } from './site.ts'

export const events = 20

/** What became of the events of one page. */
export interface Delivery {
  /** how many of the events are stored, once or more */
  stored: number
  /** how many copies are stored beyond the first */
  storedAgain: number
  /** how many copies were taken beyond the first, by whoever answered: a collector may still store them once */
  sentAgain: number
}

/** One tag, and what stands behind it. */
export interface Course {
  contender: Contender
  /** where its server is the real one: what one visitor's requests go through */
  collected?: () => Collected
}

export interface Browsers {
  /** what visitors come with who leave nothing on the disk; each has a context of their own */
  shared: Browser
  /** of those whose browser is killed */
  program: BrowserProgram
}

const readyWithinMs = 10_000
/** how long a page rests before its events: it is warm */
const restMs = 500
/** how long an outage lasts after the events */
const outageMs = 1_500
/** how long the next visit has for what the page before it left */
const drainWithinMs = 16_000
/** nothing more is on its way from a page that is gone when nothing has come for so long */
const quietMs = 3_000
/** a copy may come after all events have */
const copiesMs = 1_000

/** A visitor's way through the site of one scenario. */
interface Walk {
  edge: Edge
  site: Site
  run: string
  /** Waits until every event has been taken and copies have had their time, or nothing has come for so long. */
  settle(quietMs: number): Promise<void>
}

const warmUp = async (page: Page, { site }: Walk): Promise<void> => {
  await page.goto(`${site.origin}/with`)
  await page.waitForFunction(() => window.bench.isReady(), undefined, { timeout: readyWithinMs, polling: 50 })
  await wait(restMs)
}

const track = (page: Page, { run }: Walk): Promise<void> =>
  page.evaluate(
    (names) => {
      for (const name of names) window.bench.track(name)
    },
    marksOf(run, events),
  )

/** Some tags take up what another page has left only after it has been silent for ten seconds. */
const visitAgain = async (page: Page, walk: Walk): Promise<void> => {
  await page.goto(`${walk.site.origin}/with`)
  await walk.settle(drainWithinMs)
}

const leave = async (page: Page, walk: Walk, to: string, isCold: boolean): Promise<void> => {
  const { site, run } = walk
  if (isCold) {
    await page.goto(`${site.origin}/cold?run=${run}&to=${encodeURIComponent(to)}`, { waitUntil: 'commit' })
  } else {
    await warmUp(page, walk)
    await page.evaluate(
      ([names, to]) => {
        for (const name of names) window.bench.track(name)
        location.href = to
      },
      [marksOf(run, events), to] as const,
    )
  }
  await page.waitForURL(to)
}

const breakEdge: Record<'refused' | 'unavailable' | 'offline', (edge: Edge, context: BrowserContext) => Promise<void>> =
  {
    refused: (edge) => edge.refuse(),
    unavailable: async (edge) => {
      edge.isUnavailable = true
    },
    offline: (_, context) => context.setOffline(true),
  }
const mendEdge: typeof breakEdge = {
  refused: (edge) => edge.accept(),
  unavailable: async (edge) => {
    edge.isUnavailable = false
  },
  offline: (_, context) => context.setOffline(false),
}

const walkWithin = async (context: BrowserContext, scenario: Scenario, walk: Walk): Promise<void> => {
  const { edge, site } = walk
  const page = await context.newPage()
  if (scenario.kind === 'stay') {
    await warmUp(page, walk)
    await track(page, walk)
    await walk.settle(drainWithinMs)
  } else if (scenario.kind === 'leave') {
    await leave(page, walk, `${site.origin}/${scenario.to}`, scenario.start === 'cold')
    await walk.settle(scenario.to === 'with' ? drainWithinMs : quietMs)
  } else if (scenario.kind === 'outage') {
    if (scenario.start === 'warm') await warmUp(page, walk)
    await breakEdge[scenario.how](edge, context)
    if (scenario.start === 'warm') await track(page, walk)
    else await leave(page, walk, `${site.origin}/without`, true)
    await wait(outageMs)
    // the page is left while nothing can be reached
    await page.goto('about:blank')
    await mendEdge[scenario.how](edge, context)
    await visitAgain(page, walk)
  }
}

const walkAndKill = async (program: BrowserProgram, afterMs: number, walk: Walk): Promise<void> => {
  const profile = await makeTempFolder('bench-tag')
  try {
    const killed = await startKillableBrowser(program, profile.path)
    try {
      const page = await killed.context.newPage()
      await warmUp(page, walk)
      await walk.edge.refuse()
      await track(page, walk)
      await wait(afterMs)
    } finally {
      await killed.kill()
    }
    await walk.edge.accept()
    const next = await startKillableBrowser(program, profile.path)
    try {
      await visitAgain(await next.context.newPage(), walk)
    } finally {
      await next.kill()
    }
  } finally {
    await profile.remove()
  }
}

const beyondFirst = (counts: Map<string, number>, run: string): number => {
  const own = [...counts].filter(([name]) => name.startsWith(`Bench_${run}_`))
  return own.reduce((total, [, count]) => total + count - 1, 0)
}

let runs = 0

/**
 * One scenario with one tag, in a browser that has never seen it. A peer's event is stored once its receiver has answered it
 * with a 2xx; ours is when the collector's profile has it. What a page leaves to one without the tag counts before the
 * next visit; copies count after it too.
 */
export const measureDelivery = async (browsers: Browsers, course: Course, scenario: Scenario): Promise<Delivery> => {
  const { contender } = course
  const collected = course.collected?.()
  const run = `r${++runs}`
  const edge = await startEdge(collected?.answers ?? contender.answers)
  edge.latencyMs = scenario.latencyMs
  const site = await startSite(contender, edge.origin, events)
  const ownOf = (counts: Map<string, number>): number =>
    [...counts.keys()].filter((name) => name.startsWith(`Bench_${run}_`)).length
  const settle = async (quietMs: number): Promise<void> => {
    const startedAt = Date.now()
    const isQuiet = (): boolean => Date.now() - Math.max(startedAt, edge.lastAt) > quietMs
    await holdsWithin(drainWithinMs, () => ownOf(edge.taken) === events || isQuiet())
    if (ownOf(edge.taken) === events) await wait(copiesMs)
  }
  const walk: Walk = { edge, site, run, settle }
  const countStored = async (): Promise<Map<string, number>> =>
    collected ? collected.stored(`Bench_${run}_`) : new Map(edge.taken)
  try {
    let stored: number
    if (scenario.kind === 'kill') {
      await walkAndKill(browsers.program, scenario.afterMs, walk)
      stored = ownOf(await countStored())
    } else {
      const context = await browsers.shared.newContext()
      try {
        await walkWithin(context, scenario, walk)
        stored = ownOf(await countStored())
        if (scenario.kind === 'leave' && scenario.to === 'without') {
          await context.pages()[0]!.goto(`${site.origin}/with`)
          await wait(copiesMs)
          await settle(quietMs)
        }
      } finally {
        await context.close()
      }
    }
    return { stored, storedAgain: beyondFirst(await countStored(), run), sentAgain: beyondFirst(edge.taken, run) }
  } finally {
    await site.stop()
    await edge.stop()
  }
}
