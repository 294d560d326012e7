import { setTimeout as wait } from 'node:timers/promises'
import type { Administration } from '../../support/administration.ts'
import { startSpartito } from '../../support/start-spartito.ts'
import { makeTempFolder } from '../../support/temp-folder.ts'
import type { BenchOptions } from '../area.ts'
import { benchWorkspace } from '../collector/bench-workspace.ts'
import { postBatch } from '../collector/post-batch.ts'
import { seedVisitor } from '../collector/seed-visitor.ts'
import type { Row } from '../row.ts'
import { percentile, sum } from '../statistics.ts'
import { allOf } from './all-of.ts'

/** What is merged, and what it is held against. */
const large = 1_000
const small = 10
/** As a page sends them, so that the ledger has the blocks that it has of a visitor. */
const eventsInRequest = 20
/** An object leaves memory after ten idle seconds. */
const evictedAfterMs = 13_000
const mergedWithinMs = 10_000

interface Signed {
  answeredMs: number
  /** when a read shows all events; as soon as the answer, unless the answer came before the merge */
  mergedMs: number
}

const eventsOf = async (admin: Administration, userId: string): Promise<number> => {
  const profile = await admin.profile({ type: 'user_id', value: userId })
  return sum(Object.values(profile?.events ?? {}).map(({ count }) => count))
}

const signIn = async (
  collector: string,
  admin: Administration,
  anonymousId: string,
  events: number,
): Promise<Signed> => {
  const userId = `user of ${anonymousId}`
  const sentAt = performance.now()
  await postBatch(collector, [
    { messageId: `${anonymousId}-identify`, name: 'identify', at: Date.now(), anonymousId, userId },
  ])
  const answeredMs = performance.now() - sentAt
  // The read that finds everything at once tells that the answer had waited for it.
  if ((await eventsOf(admin, userId)) === events + 1) return { answeredMs, mergedMs: answeredMs }
  while ((await eventsOf(admin, userId)) !== events + 1)
    if (performance.now() - sentAt > mergedWithinMs) return { answeredMs, mergedMs: Number.POSITIVE_INFINITY }
  return { answeredMs, mergedMs: performance.now() - sentAt }
}

interface Group {
  prefix: string
  visitors: number
  events: number
}

/** How long it takes until an anonymous visitor who signs in is one person with all that went before (SPEC ID8, ID12). */
export const measureMergedAnswer = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const folder = await makeTempFolder('merged-answer')
  const { collector, runtime, admin } = await startSpartito({ folder: folder.path, mode: 'deployed' })
  const seed = async ({ prefix, visitors, events }: Group): Promise<void> => {
    await allOf(visitors, 4, (n) => seedVisitor(collector, `${prefix}${n}`, events, eventsInRequest))
  }
  const signInAll = async (
    { prefix, visitors, events }: Group,
    before: (n: number) => Promise<void>,
  ): Promise<Signed[]> => {
    const signed: Signed[] = []
    for (let n = 0; n < visitors; n++) {
      await before(n)
      signed.push(await signIn(collector, admin, `${prefix}${n}`, events))
    }
    return signed
  }
  const warm = (group: Group): Promise<Signed[]> =>
    signInAll(group, (n) => seedVisitor(collector, `${group.prefix}${n}`, group.events, eventsInRequest))
  try {
    await admin.publish(benchWorkspace())
    const visitors = short ? 10 : 40
    log(`${visitors} visitors with ${large} events sign in`)
    await warm({ prefix: 'first', visitors: 3, events: small })
    const few = await warm({ prefix: 'small', visitors, events: small })
    const many = await warm({ prefix: 'large', visitors, events: large })
    const cold: Signed[] = []
    if (!short) {
      const group = { prefix: 'cold', visitors, events: large }
      await seed(group)
      await wait(evictedAfterMs)
      cold.push(...(await signInAll(group, async () => undefined)))
    }
    const row = (what: string, signed: Signed[], share: number, note?: string): Row => ({
      what: `identify of a visitor with ${large.toLocaleString('en')} events to the merged answer, ${what}`,
      value: percentile(
        signed.map(({ mergedMs }) => mergedMs),
        share,
      ),
      unit: 'ms',
      peer: {
        what: `with ${small} events`,
        value: percentile(
          few.map(({ mergedMs }) => mergedMs),
          share,
        ),
      },
      ...(note !== undefined && { note }),
    })
    const early = [...few, ...many, ...cold].filter(({ answeredMs, mergedMs }) => mergedMs !== answeredMs)
    return [
      row('p50', many, 0.5, `${visitors} visitors, one after the other, each signs in right after its last event`),
      row('p99', many, 0.99),
      ...(cold.length > 0
        ? [row('p50, the visitor’s object out of memory', cold, 0.5), row('p99, the same', cold, 0.99)]
        : []),
      {
        what: 'identifies that were answered before a read showed all events',
        value: early.length,
        unit: 'count',
        budget: { kind: 'at most', limit: 0, tolerance: 0 },
      },
    ]
  } finally {
    await runtime.stop()
    await folder.remove()
  }
}
