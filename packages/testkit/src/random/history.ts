import type { EpochMs, Event, Json, JsonObject } from '@spartito/protocol'
import { correctedTime } from '../make/corrected-time.ts'
import { maxLatenessMs } from '../oracle/history.ts'
import type { Input } from '../oracle/simulate.ts'
import type { Random } from './random.ts'
import * as words from './vocabulary.ts'

/** What a device does and when, by the true clock. */
interface Act {
  messageId: string
  at: EpochMs
  fields: Partial<Event>
  /** about 30 days, at the border of SPEC AU4; sent without `sentAt` */
  latenessMs?: number
}

type Request = Extract<Input, { kind: 'request' }>

export interface Stage {
  random: Random
  unit: words.Unit
  start: EpochMs
}

const items = (random: Random): JsonObject[] =>
  Array.from({ length: random.int(0, 2) }, () => {
    const item: JsonObject = { sku: random.pick(words.skus), price: random.pick(words.prices) }
    if (random.chance(0.1)) delete item.sku
    return item
  })

const properties = (random: Random): JsonObject => {
  const found: JsonObject = {}
  const maybe = (name: string, probability: number, value: Json): void => {
    if (random.chance(probability)) found[name] = value
  }
  maybe('revenue', 0.9, random.pick(words.prices))
  maybe('sku', 0.8, random.pick(words.skus))
  maybe('items', 0.7, items(random))
  maybe('coupon', 0.3, random.pick(words.coupons))
  return found
}

const traits = (random: Random): JsonObject => {
  const found: JsonObject = {}
  if (random.chance(0.8)) found.plan = random.pick(words.plans)
  if (random.chance(0.4)) found.age = random.pick([29, 30, 31])
  if (random.chance(0.2)) found.email = 'ada@example.com'
  if (random.chance(0.3)) found.scores = { [random.pick(['churn', 'value'])]: random.pick([0.1, 0.5, 0.9, '0.9']) }
  return found
}

const context = (random: Random): JsonObject => {
  const found: JsonObject = {}
  if (random.chance(0.15)) found.campaign = { source: random.pick(words.campaigns), medium: 'cpc' }
  if (random.chance(0.1)) found.consent = { categoryPreferences: choices(random) }
  return found
}

const choices = (random: Random): JsonObject => {
  const found: JsonObject = { [random.pick(words.purposes)]: random.chance(0.6) }
  if (random.chance(0.3)) found[random.pick(words.purposes)] = random.chance(0.5)
  return found
}

const act = (random: Random): Partial<Event> => {
  const draw = random.next()
  if (draw < 0.15) return { type: 'page', name: 'Home', context: context(random) }
  if (draw < 0.35) return { type: 'identify', traits: traits(random), context: context(random) }
  if (draw < 0.45) {
    const preferences = { consent: { categoryPreferences: choices(random) } }
    return { type: 'track', event: 'Segment Consent Preference Updated', context: preferences }
  }
  const event = random.pick(words.trackNames)
  return { type: 'track', event, properties: properties(random), context: context(random) }
}

/** On halves of the unit and a millisecond beside them, so that windows end on events; often together. */
const moment = ({ random, unit, start }: Stage, spanUnits: number): EpochMs =>
  start + (random.int(0, spanUnits * 2) * unit.ms) / 2 + random.pick([-1, 0, 0, 0, 0, 1])

interface Reception {
  receivedAt: EpochMs
  sentAt: EpochMs
  /** how far the device's clock is ahead at an instant */
  skewAt: (at: EpochMs) => number
}

const receive = (one: Act, { receivedAt, sentAt, skewAt }: Reception): Event => {
  // A person has two devices, so that a profile is always put together from what each remembers.
  const anonymousId = one.messageId.endsWith('3') ? 'b' : 'a'
  const event: Pick<Event, 'type' | 'anonymousId' | 'source'> = { type: 'track', anonymousId, source: 'web' }
  const named = { ...event, messageId: one.messageId, ...one.fields, receivedAt }
  if (one.latenessMs !== undefined) {
    one.at = Math.min(one.at, receivedAt - one.latenessMs)
    return { ...named, originalTimestamp: one.at, timestamp: one.at }
  }
  const original = one.at + skewAt(one.at)
  const sent = sentAt + skewAt(sentAt)
  return { ...named, originalTimestamp: original, sentAt: sent, timestamp: correctedTime(original, sent, receivedAt) }
}

/**
 * The requests in which a device's events arrive: late, in batches, out of order, twice, by a clock that is set in
 * between, and at collectors whose clocks differ.
 */
export const randomRequests = (stage: Stage, count: number, spanUnits: number): Request[] => {
  const { random, unit, start } = stage
  const skewMs = random.pick([0, 0, unit.ms, -unit.ms / 2, 3 * unit.ms])
  const clockSetAt = start + random.int(0, spanUnits) * unit.ms
  const skewAt = (at: EpochMs): number => (at < clockSetAt ? 0 : skewMs)
  const acts = Array.from({ length: count }, (_, index): Act => {
    const messageId = `m${index}`
    if (!random.chance(0.04)) return { messageId, at: moment(stage, spanUnits), fields: act(random) }
    const fields = { event: random.pick(words.trackNames), properties: properties(random) }
    const latenessMs = maxLatenessMs + random.pick([-1, 0, 1, unit.ms])
    return { messageId, at: moment(stage, spanUnits), fields, latenessMs }
  })
  const delay = (): number => (random.chance(0.6) ? 0 : (random.int(0, random.pick([2, 8])) * unit.ms) / 2)
  const sent = acts.map((one) => ({ one, sentAt: one.at + delay() }))
  for (const { one, sentAt } of [...sent])
    if (random.chance(0.15)) sent.push({ one, sentAt: sentAt + random.int(0, 4) * unit.ms })
  sent.sort((a, b) => a.sentAt - b.sentAt)
  const requests: Request[] = []
  while (sent.length > 0) {
    const batch = sent.splice(0, random.chance(0.6) ? 1 : random.int(2, 4))
    const sentAt = batch.at(-1)!.sentAt
    const behindMs = random.chance(0.07) ? random.int(0, 6) * unit.ms : 0
    const at = sentAt - behindMs
    // Some come from a server, whose word on scores counts; its copy may come first, or a page's.
    const isVerified = random.chance(0.5)
    const events = batch.map(({ one }) => {
      const event = receive(one, { receivedAt: at, sentAt, skewAt })
      return isVerified ? { ...event, verified: true } : event
    })
    // An import is never too late.
    const imported = random.chance(batch.some(({ one }) => one.latenessMs !== undefined) ? 0.4 : 0.04)
    requests.push({ kind: 'request', at, events: random.shuffle(events), ...(imported && { imported }) })
  }
  return requests
}
