import { hourOf, type Tally, unitShardOf } from '@spartito/engine'
import { consentRows, eventRow, type LakeEvent, type LakeFile, rowFiles } from '@spartito/lake'
import { type Event, type EventUnit, formatEventUnit, parseEventUnit, type RefusalCode } from '@spartito/protocol'
import type { Env } from './env.ts'
import { handEvents } from './hand-events.ts'
import { makeFiles } from './lake/make-files.ts'
import { putFiles } from './lake/put-files.ts'
import { statsStub, visitorStub } from './object-stubs.ts'
import { parkedName } from './parked/parked-name.ts'
import { readMessages } from './parked/read-messages.ts'
import { recordBeginnings } from './roster/record-changes.ts'
import { readSuppressions } from './suppressed/read-suppressions.ts'
import { mayPass } from './suppressed/refuse-suppressed.ts'

interface Unit {
  unit: EventUnit
  events: Event[]
}

/** Counts of events by source and hour of receipt; `code` says why no profile has them. */
const tallies = (
  events: readonly Event[],
  outcome: 'accepted' | 'quarantined' | 'rejected',
  code?: RefusalCode,
): Tally[] =>
  [...Map.groupBy(events, ({ source, receivedAt }) => `${hourOf(receivedAt)} ${source}`).values()].map((its) => ({
    source: its[0]!.source,
    hour: hourOf(its[0]!.receivedAt),
    outcome,
    ...(code && { code }),
    count: its.length,
  }))

const talliesOf = ({ unit: { code }, events }: Unit, isParked: boolean): Tally[] => {
  if (isParked) return tallies(events, 'quarantined')
  return code ? tallies(events, 'rejected', code) : tallies(events, 'accepted')
}

const rowsOf = ({ unit: { profileId, code }, events }: Unit): LakeEvent[] =>
  events.map((event) => ({ event, profileId, ...(code && { code }) }))

/** Of the events, and of the decisions about consent among them. */
const filesOf = (units: readonly Unit[]): LakeFile[] => {
  const ids = units.map(({ unit }) => unit.id)
  const rows = units.flatMap(rowsOf)
  return [...rowFiles('events', ids, rows.map(eventRow)), ...rowFiles('consents', ids, rows.flatMap(consentRows))]
}

const count = async (units: readonly Unit[], parked: ReadonlySet<Unit>, env: Env): Promise<void> => {
  const now = Date.now()
  // What has lost its last event to an erasure adds nothing.
  const counted = units.filter(({ events }) => events.length > 0)
  const byShard = Map.groupBy(counted, ({ events }) => unitShardOf(events[0]!.receivedAt))
  await Promise.all(
    [...byShard].map(([shard, its]) =>
      statsStub(env, shard).addUnits(
        its.map((it) => ({ id: it.unit.id, tallies: talliesOf(it, parked.has(it)) })),
        now,
      ),
    ),
  )
}

const confirm = async (units: readonly Unit[], env: Env): Promise<void> => {
  // What no object has sent, none waits for.
  const byVisitor = Map.groupBy(
    units.filter(({ unit }) => unit.visitor !== ''),
    ({ unit }) => unit.visitor,
  )
  await Promise.all(
    [...byVisitor].map(([visitor, its]) =>
      visitorStub(env, visitor).confirmEvents(
        its.map(({ unit: { commit, part, parts } }) => ({ commit, part, parts })),
      ),
    ),
  )
}

/**
 * Takes a batch of the queue `events`: into the lake, then into the statistics, to the destinations that ask for events and, of new
 * profiles, the roster, then confirmed where that is asked for.
 * Each step is idempotent, so a batch that breaks off is taken again as a whole.
 */
export const consumeEvents = async (batch: MessageBatch<string>, env: Env): Promise<void> => {
  // One message may come twice in a batch, as a queue or an outbox sends it again.
  const byId = new Map<string, Unit>()
  const read = (text: string): Unit => {
    const unit = parseEventUnit(text)
    return { unit, events: unit.events.map((event) => JSON.parse(event) as Event) }
  }
  const all = await readMessages(batch, env, read)
  for (const { body } of all) byId.set(body.unit.id, body)
  const suppressed = await readSuppressions(env)
  const isWhole = ({ unit, events }: Unit): boolean => events.every((event) => mayPass(unit, event, suppressed))
  const withoutErased = ({ unit, events }: Unit): Unit => ({
    unit: { ...unit, events: unit.events.filter((_text, place) => mayPass(unit, events[place]!, suppressed)) },
    events: events.filter((event) => mayPass(unit, event, suppressed)),
  })
  const came = [...byId.values()]
  const units = suppressed.isEmpty ? came : came.map((one) => (isWhole(one) ? one : withoutErased(one)))
  const { files, left: parked } = await makeFiles(units, filesOf, async (unit, error) => {
    // What the writer says may quote a value.
    const name = parkedName(unit.unit.id)
    console.error(JSON.stringify({ at: 'events', unit: name, error: (error as Error).name }))
    await env.LAKE.put(`parked/events/${name}.txt`, formatEventUnit(unit.unit))
  })
  await putFiles(env, files)
  // Of two copies of a unit one may carry a notice that the other does not.
  const beginnings = all.map(({ body }) => body).filter((one) => suppressed.isEmpty || isWhole(one))
  const sound = units.filter((unit) => !parked.has(unit))
  await Promise.all([
    count(units, parked, env),
    recordBeginnings(
      env,
      beginnings.map(({ unit }) => unit),
    ),
    handEvents(env, sound),
  ])
  if (env.CONFIRM_EVENTS === 'true') await confirm(units, env)
  batch.ackAll()
}
