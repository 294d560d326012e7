import type { BenchOptions } from '../area.ts'
import { manyAudiences, touched } from '../many-audiences.ts'
import type { Row } from '../row.ts'
import { productViewed } from './engine-events.ts'
import type { Audiences } from './held-profile.ts'
import { measureSteps, type StepTarget } from './measure-steps.ts'
import { eventsFor, openProfile } from './profile-steps.ts'
import { halfAsMuchAgain, stepRow } from './step-row.ts'

const size = 100

/** The same ten, and so many more that count the same event, each of another product that nobody views. */
const ofOtherProducts = (defined: number): Audiences => [
  ...manyAudiences(touched),
  ...Array.from({ length: defined - touched }, (_, n) => ({
    id: `product-${n}`,
    when: {
      event: 'Product Viewed',
      where: [{ path: 'properties.productId', eq: `unseen-${n}` }],
      count: { gte: 2 },
      within: 'P7D',
    },
  })),
]

/** What an event costs the engine when many audiences are defined that it does not touch (DESIGN 7). */
export const measureEngineAudiences = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  log('audiences defined')
  const events = eventsFor(productViewed, size)
  const target = (name: string, audiences: Audiences): StepTarget => ({
    name,
    step: openProfile(audiences, size, events).step,
  })
  const targets = [
    target(`${touched} audiences`, manyAudiences(touched)),
    target('100 audiences', manyAudiences(100)),
    target('1,000 audiences', manyAudiences(1_000)),
    target('1,000 audiences, of the same event for as many products', ofOtherProducts(1_000)),
  ]
  const rounds = short ? { rounds: 5, roundMs: 60 } : { rounds: 9, roundMs: 300 }
  const [under, ...over] = await measureSteps(targets, rounds)
  return over.map((series) =>
    stepRow(
      `one event, ${series.target.name}, ${touched} touched`,
      series,
      under!,
      series.target.name.startsWith('1,000') ? halfAsMuchAgain : undefined,
    ),
  )
}
