import { hourOf, statsShardOf, type Tally } from '@spartito/engine'
import { type Event, type EventUnit, parseEventUnit } from '@spartito/protocol'
import type { Env } from './env.ts'
import { writeEvents } from './lake/write-events.ts'
import { statsStub, visitorStub } from './object-stubs.ts'
import { readMessages } from './parked/read-messages.ts'

interface Unit {
  unit: EventUnit
  events: Event[]
}

const accepted = (events: readonly Event[]): Tally[] =>
  [...Map.groupBy(events, ({ source, receivedAt }) => `${hourOf(receivedAt)} ${source}`).values()].map((its) => ({
    source: its[0]!.source,
    hour: hourOf(its[0]!.receivedAt),
    outcome: 'accepted',
    count: its.length,
  }))

const count = async (units: readonly Unit[], env: Env): Promise<void> => {
  const now = Date.now()
  const byShard = Map.groupBy(units, ({ unit }) => statsShardOf(unit.id))
  await Promise.all(
    [...byShard].map(([shard, its]) =>
      statsStub(env, shard).addUnits(
        its.map(({ unit, events }) => ({ id: unit.id, tallies: accepted(events) })),
        now,
      ),
    ),
  )
}

const confirm = async (units: readonly Unit[], env: Env): Promise<void> => {
  const byVisitor = Map.groupBy(units, ({ unit }) => unit.visitor)
  await Promise.all(
    [...byVisitor].map(([visitor, its]) =>
      visitorStub(env, visitor).confirmEvents(
        its.map(({ unit: { commit, part, parts } }) => ({ commit, part, parts })),
      ),
    ),
  )
}

/**
 * Takes a batch of the queue `events`: into the lake, then into the statistics, then confirmed where that is asked for.
 * Each step is idempotent, so a batch that breaks off is taken again as a whole.
 */
export const consumeEvents = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  // One message may come twice in a batch, as a queue or an outbox sends it again.
  const byId = new Map<string, Unit>()
  const read = (text: string): Unit => {
    const unit = parseEventUnit(text)
    return { unit, events: unit.events.map((event) => JSON.parse(event) as Event) }
  }
  for (const { body } of await readMessages(batch, env, read)) byId.set(body.unit.id, body)
  const units = [...byId.values()]
  const rows = units.flatMap(({ unit, events }) => events.map((event) => ({ event, profileId: unit.profileId })))
  await writeEvents(env, [...byId.keys()], rows)
  await count(units, env)
  if (env.CONFIRM_EVENTS === 'true') await confirm(units, env)
  batch.ackAll()
}
