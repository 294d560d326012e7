import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type BrowserProgram, findChromium } from '../../e2e/chromium.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { type Collected, holdsWithin } from './collected.ts'
import type { Contender } from './contenders.ts'
import { type Edge, startEdge } from './edge.ts'
import { startKillableBrowser } from './killable-browser.ts'
import { markOf } from './marks.ts'
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

const readyWithinMs = 10_000
/** how long a page rests before its events: it is warm */
const restMs = 500
/** how long an outage lasts after the events */
const outageMs = 1_500
/** how long the next visit has for what the page before it left */
const drainWithinMs = 12_000
/** nothing more is on its way when nothing has come for so long */
const quietMs = 3_000
/** a copy may come after all events have */
const copiesMs = 1_000

/** A visitor's way through the site of one scenario. */
interface Walk {
  edge: Edge
  site: Site
  run: string
  /** @returns whether every event has been taken, or nothing has come for a while */
  settle(withinMs: number): Promise<void>
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
    Array.from({ length: events }, (_, n) => markOf(run, n)),
  )

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
    const names = Array.from({ length: events }, (_, n) => markOf(run, n))
    await page.evaluate(
      ([names, to]) => {
        for (const name of names) window.bench.track(name)
        location.href = to
      },
      [names, to] as const,
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
    await walk.settle(drainWithinMs)
  } else if (scenario.kind === 'outage') {
    await warmUp(page, walk)
    await breakEdge[scenario.how](edge, context)
    await track(page, walk)
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
export const measureDelivery = async (browser: Browser, course: Course, scenario: Scenario): Promise<Delivery> => {
  const { contender } = course
  const collected = course.collected?.()
  const run = `r${++runs}`
  const edge = await startEdge(collected?.answers ?? contender.answers)
  edge.latencyMs = scenario.latencyMs
  const site = await startSite(contender, edge.origin, events)
  const ownOf = (counts: Map<string, number>): number =>
    [...counts.keys()].filter((name) => name.startsWith(`Bench_${run}_`)).length
  const settle = async (withinMs: number): Promise<void> => {
    const startedAt = Date.now()
    const isAll = await holdsWithin(
      withinMs,
      () => ownOf(edge.taken) === events || Date.now() - Math.max(startedAt, edge.lastAt) > quietMs,
    )
    if (isAll) await wait(copiesMs)
  }
  const walk: Walk = { edge, site, run, settle }
  const countStored = async (): Promise<Map<string, number>> =>
    collected ? collected.stored(`Bench_${run}_`) : new Map(edge.taken)
  try {
    let stored: number
    if (scenario.kind === 'kill') {
      await walkAndKill(await findChromium(), scenario.afterMs, walk)
      stored = ownOf(await countStored())
    } else {
      const context = await browser.newContext()
      try {
        await walkWithin(context, scenario, walk)
        stored = ownOf(await countStored())
        if (scenario.kind === 'leave' && scenario.to === 'without') await visitAgain(context.pages()[0]!, walk)
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
