import type { EventPage, ExportedIdentifier, ExportedPerson } from '@spartito/engine'
import {
  type ExportDocument,
  type ExportedRetention,
  type ExportHead,
  exportFormat,
  lakeQueries,
  shownEventsMost,
} from '@spartito/privacy'
import type { Identifier, Json } from '@spartito/protocol'
import { type CompiledRetention, type CompiledWorkspace, retainedKinds } from '@spartito/workspace'
import type { Env } from '../env.ts'
import { within } from '../jurisdiction.ts'
import { objectName } from '../visitor/object-name.ts'
import { deliveriesOfPerson } from './deliveries-of.ts'
import { profileIdsOf } from './profile-ids.ts'
import { waitingEventsOf } from './waiting-events.ts'

/** JSON has no Infinity. */
const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null)

/** How long each kind is kept, as JSON says it. */
export const retentionOf = (retention: CompiledRetention): ExportedRetention =>
  Object.fromEntries(
    retainedKinds.map((kind) => {
      const { ms, bySource } = retention[kind]
      const sources = [...bySource].map(([source, its]) => [source, finite(its)] as const)
      return [kind, { ms: finite(ms), bySource: Object.fromEntries(sources) }]
    }),
  )

const valuesOf = (identifiers: readonly ExportedIdentifier[], type: string): string[] =>
  identifiers.filter((its) => its.type === type && !its.isShared).map(({ value }) => value)

/** What is kept of a person, before their events; undefined when nobody has the identifier. */
export const readExport = async (
  env: Env,
  workspace: CompiledWorkspace,
  asked: Identifier,
  now: number,
): Promise<ExportHead | undefined> => {
  const visitors = within(env.VISITOR, env.JURISDICTION)
  const said = await visitors.getByName(objectName(asked)).view({ kind: 'export' })
  if (said === null) return undefined
  const person = JSON.parse(said) as ExportedPerson
  const { host } = person
  const identifiers = person.identifiers.some(({ type, value }) => type === host.type && value === host.value)
    ? person.identifiers
    : [...person.identifiers, { ...host, class: 'person' as const, verified: false, firstSeen: 0, lastSeen: 0 }]
  const profileIds = profileIdsOf(host, identifiers)
  const own = identifiers.filter(({ isShared, type }) => !isShared && (type === 'user_id' || type === 'anonymous_id'))
  const [deliveries, waiting] = await Promise.all([
    deliveriesOfPerson(
      env,
      workspace.destinations.map(({ id }) => id),
      profileIds,
    ),
    waitingEventsOf(env, own),
  ])
  const subject = {
    profileIds,
    userIds: valuesOf(identifiers, 'user_id'),
    anonymousIds: valuesOf(identifiers, 'anonymous_id'),
  }
  return {
    exportedAt: now,
    asked,
    person,
    deliveries,
    waiting,
    lake: { queries: lakeQueries(subject) },
    retention: retentionOf(workspace.retention),
  }
}

/**
 * The events that the profile keeps, page by page, read of the object that hosts it.
 *
 * @returns whether that was all: a profile that moves meanwhile is read no further
 */
export async function* readEvents(env: Env, host: Identifier): AsyncGenerator<readonly Json[], boolean> {
  for (let after: string | null = ''; after !== null; ) {
    // A new stub each time: a broken one stays broken.
    const stub = within(env.VISITOR, env.JURISDICTION).getByName(objectName(host))
    const said: string | null = await stub.view({ kind: 'events', after })
    if (said === null) return false
    const page = JSON.parse(said) as EventPage
    yield page.events
    after = page.next
  }
  return true
}

/** More than a page shows are read over, so that it says how many there are, and let go of. */
const keepNewest = (events: Json[]): Json[] =>
  events.length <= shownEventsMost * 2
    ? events
    : (events as { timestamp: number }[]).sort((a, b) => b.timestamp - a.timestamp).slice(0, shownEventsMost)

/** The whole of it, for a page: of the events the newest, and how many there are. */
export const readDocument = async (
  env: Env,
  head: ExportHead,
): Promise<{ document: ExportDocument; eventCount: number }> => {
  const pages = readEvents(env, head.person.host)
  let events: Json[] = []
  let eventCount = 0
  for (;;) {
    const { value, done } = await pages.next()
    if (done) return { document: { format: exportFormat, ...head, events, isComplete: value }, eventCount }
    eventCount += value.length
    events = keepNewest([...events, ...value])
  }
}
