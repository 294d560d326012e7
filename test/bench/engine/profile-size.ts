import type { BenchOptions } from '../area.ts'
import type { Row } from '../row.ts'
import { everyKind, kinds, typicalAudiences } from './engine-audiences.ts'
import { type EngineEvent, productViewed, shopEvent } from './engine-events.ts'
import type { Audiences } from './held-profile.ts'
import { measureSteps } from './measure-steps.ts'
import { eventsFor, openProfile } from './profile-steps.ts'
import { stepRow } from './step-row.ts'

const smallSize = 10
/** The size that a request has a budget for, and the one that only shows how it goes on. */
const largeSize = 10_000
const hugeSize = 100_000

interface Definitions {
  name: string
  audiences: Audiences
  events: readonly EngineEvent[]
}

const sizeText = (size: number): string => size.toLocaleString('en')
const kilobytes = (units: number): string => (units / 1_000).toFixed(units < 10_000 ? 1 : 0)

const measureOne = async ({ name, audiences, events }: Definitions, short: boolean): Promise<Row[]> => {
  const sizes = short ? [smallSize, largeSize] : [smallSize, largeSize, hugeSize]
  const profiles = sizes.map((size) => ({ size, ...openProfile(audiences, size, events) }))
  const targets = profiles.map(({ size, step }) => ({ name: `with ${sizeText(size)} events`, step }))
  const rounds = short ? { rounds: 5, roundMs: 30 } : { rounds: 9, roundMs: 100 }
  const [under, ...over] = await measureSteps(targets, rounds)
  const [small, ...larger] = profiles
  return over.map((series, index) => {
    const { size, stateSize } = larger[index]!
    const what = `one more event on a profile with ${sizeText(size)} events, ${name}`
    const row = stepRow(what, series, under!)
    return {
      ...row,
      note: `its state is ${kilobytes(stateSize)} KB of JSON, that of ${smallSize} events ${kilobytes(small!.stateSize)} KB`,
    }
  })
}

/**
 * What one more event costs a profile that has many against one that has few, by what is remembered of them. The budget is that of
 * a request, which the collector's rows measure: a step of the engine is a small part of it.
 */
export const measureEngineProfiles = async ({ short, log }: BenchOptions): Promise<Row[]> => {
  const size = short ? largeSize : hugeSize
  const shop = eventsFor(shopEvent, size)
  const views = eventsFor(productViewed, size)
  const all: Definitions[] = [
    { name: 'audiences of a shop', audiences: typicalAudiences, events: shop },
    { name: 'every kind of condition', audiences: everyKind, events: views },
    // A look at each kind by itself takes a minute.
    ...(short ? [] : Object.entries(kinds)).map(([name, when]) => ({
      name,
      audiences: [{ id: 'its', when }],
      events: views,
    })),
  ]
  const rows: Row[] = []
  for (const definitions of all) {
    log(`profiles of up to ${sizeText(size)} events, ${definitions.name}`)
    rows.push(...(await measureOne(definitions, short)))
  }
  return rows
}
