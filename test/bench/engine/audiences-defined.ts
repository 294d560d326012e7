import type { BenchOptions } from '../area.ts'
import { manyAudiences, touched } from '../many-audiences.ts'
import type { Budget, Row } from '../row.ts'
import { productViewed } from './engine-events.ts'
import type { Audiences } from './held-profile.ts'
import { measureSteps } from './measure-steps.ts'
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
  const defined: { name: string; audiences: Audiences; budget?: Budget }[] = [
    { name: `${touched} audiences`, audiences: manyAudiences(touched) },
    { name: '100 audiences', audiences: manyAudiences(100) },
    { name: '1,000 audiences', audiences: manyAudiences(1_000), budget: halfAsMuchAgain },
    {
      name: '1,000 audiences, of the same event for as many products',
      audiences: ofOtherProducts(1_000),
      budget: halfAsMuchAgain,
    },
  ]
  const targets = defined.map(({ name, audiences }) => ({ name, step: openProfile(audiences, size, events).step }))
  const rounds = short ? { rounds: 5, roundMs: 60 } : { rounds: 9, roundMs: 300 }
  const [under, ...over] = await measureSteps(targets, rounds)
  return over.map((series, index) =>
    stepRow(`one event, ${series.target.name}, ${touched} touched`, series, under!, defined[index + 1]!.budget),
  )
}
