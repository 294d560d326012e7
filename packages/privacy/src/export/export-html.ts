import { type Event, eventName, isObject, type Json } from '@spartito/protocol'
import { type Html, html } from '../page/html.ts'
import { folded, instant, page, type Section, type TableRow, table } from '../page/page.ts'
import { audienceHtml } from './audience-html.ts'
import type { ExportDocument } from './document.ts'

/** So many events are shown, the newest; the JSON has them all. */
export const shownEventsMost = 1_000

const dayMs = 86_400_000

const days = (ms: number | null): string => {
  if (ms === null) return 'without end'
  const count = ms / dayMs
  return count >= 1 ? `${Math.round(count)} day${count >= 2 ? 's' : ''}` : `${Math.round(ms / 3_600_000)} hours`
}

const valueHtml = (value: Json): Html | string =>
  isObject(value) || Array.isArray(value) ? html`<code>${JSON.stringify(value)}</code>` : String(value)

const by = ({ type, value }: { type: string; value: string }): string => `${type} ${value}`

const identifiersOf = ({ person }: ExportDocument): TableRow[] =>
  person.identifiers.map(({ type, value, verified, firstSeen, lastSeen }) => ({
    cells: [type, value, verified ? 'verified' : 'claimed', instant(firstSeen), instant(lastSeen)],
  }))

const traitsOf = ({ person }: ExportDocument): TableRow[] =>
  person.traits.map(({ name, value, timestamp, source, identifier, isCurrent }) => ({
    cells: [name, valueHtml(value), instant(timestamp), source, by(identifier), isCurrent ? 'holds' : 'replaced'],
    isPast: !isCurrent,
  }))

const known = new Set(['purpose', 'state', 'timestamp', 'receivedAt', 'messageId', 'source', 'identifier', 'isCurrent'])

/** What a decision says of itself beside what has a column: how it was taken, and what proves it. */
const aboutDecision = (decision: object): Html | string => {
  const more = Object.entries(decision).filter(([name, value]) => !known.has(name) && value !== null)
  return more.length === 0 ? '' : folded('how', Object.fromEntries(more))
}

const consentsOf = ({ person }: ExportDocument): TableRow[] =>
  person.consents.map((decision) => ({
    cells: [
      decision.purpose,
      html`<span class="${decision.state === 'granted' ? 'yes' : 'no'}">${decision.state}</span>`,
      instant(decision.timestamp),
      decision.source,
      decision.isCurrent ? 'holds' : 'replaced',
      aboutDecision(decision),
    ],
    isPast: !decision.isCurrent,
  }))

const eventsOf = ({ events }: ExportDocument): TableRow[] =>
  (events as unknown as (Event & { isPart?: true })[])
    .toSorted((a, b) => b.timestamp - a.timestamp)
    .slice(0, shownEventsMost)
    .map((event) => ({
      cells: [
        eventName(event),
        instant(event.timestamp),
        event.source,
        event.isPart ? 'in part' : 'whole',
        folded('all of it', event),
      ],
    }))

const deliveriesOf = ({ deliveries }: ExportDocument): TableRow[] =>
  deliveries
    .toSorted((a, b) => b.takenAt - a.takenAt)
    .map(({ destination, kind, audience, state, takenAt, attempts, reason }) => ({
      cells: [destination, audience ?? kind, state, instant(takenAt), attempts, reason ?? ''],
    }))

const waitingOf = ({ waiting }: ExportDocument): TableRow[] =>
  waiting.map(({ source, receivedAt, code, event }) => ({
    cells: [source, instant(receivedAt), code, folded('the event', event)],
  }))

const retentionOf = ({ retention }: ExportDocument): TableRow[] =>
  Object.entries(retention).map(([kind, { ms, bySource }]) => ({
    cells: [
      kind,
      days(ms),
      Object.entries(bySource)
        .map(([source, its]) => `${source}: ${days(its)}`)
        .join(', '),
    ],
  }))

const lakeOf = ({ lake: { queries, rows } }: ExportDocument): Html =>
  rows
    ? html`${Object.entries(rows).map(([kind, its]) =>
        folded(`${kind}: ${its.length} row${its.length === 1 ? '' : 's'}`, its),
      )}`
    : html`<p>Files in the lake hold events, changes of audiences, decisions on consent and deliveries, for longer than the profile. Whoever runs this deployment adds their rows with <code>spartito privacy export</code>, which finds them by these questions.</p>${Object.entries(
        queries,
      ).map(([kind, sql]) => html`<details><summary>${kind}</summary><pre>${sql}</pre></details>`)}`

/** The sections, each with the words that stand where there is nothing. */
const sectionsOf = (document: ExportDocument, eventCount: number): Section[] => {
  const { person } = document
  const tableOf = (id: string, title: string, heads: string[], rows: TableRow[], none: string): Section => ({
    id,
    title,
    body: table(heads, rows, none, id),
  })
  const listed = tableOf(
    'events',
    'Events',
    ['Event', 'When', 'Source', 'Kept', 'More'],
    eventsOf(document),
    'The profile keeps none.',
  )
  const left = eventCount - shownEventsMost
  return [
    tableOf(
      'identifiers',
      'Identifiers',
      ['Type', 'Value', 'Trust', 'First seen', 'Last seen'],
      identifiersOf(document),
      'None is known.',
    ),
    tableOf(
      'consents',
      'Consent',
      ['Purpose', 'Decision', 'When', 'Source', 'State', 'More'],
      consentsOf(document),
      'Nothing was decided.',
    ),
    tableOf(
      'traits',
      'Traits',
      ['Name', 'Value', 'When', 'Source', 'Brought by', 'State'],
      traitsOf(document),
      'None is known.',
    ),
    {
      id: 'audiences',
      title: 'Audiences, and why',
      body:
        person.audiences.length > 0 ? html`${person.audiences.map(audienceHtml)}` : html`<p class="quiet">In none.</p>`,
    },
    {
      ...listed,
      body: html`${left > 0 && html`<p class="quiet">The newest ${shownEventsMost}; ${left} more are in the JSON.</p>`}${listed.body}`,
    },
    tableOf(
      'deliveries',
      'Sent to others',
      ['Destination', 'What', 'State', 'When', 'Attempts', 'Why'],
      deliveriesOf(document),
      'Nothing was sent, or nothing within 14 days.',
    ),
    tableOf('waiting', 'Events that wait', ['Source', 'When', 'Why', 'More'], waitingOf(document), 'None waits.'),
    { id: 'lake', title: 'The lake', body: lakeOf(document) },
    tableOf(
      'retention',
      'How long it is kept',
      ['Kind', 'Kept', 'Otherwise for'],
      retentionOf(document),
      'Nothing is said.',
    ),
  ]
}

/**
 * The export as one page for people (SPEC CO8): it needs nothing else, and runs nothing.
 *
 * @param eventCount how many events there are, where the document has the newest of them alone
 */
export const exportHtml = (document: ExportDocument, eventCount = document.events.length): string => {
  const { person, exportedAt, isComplete } = document
  const about = html`<p>Everything that is kept of one person, as of ${instant(exportedAt)} UTC. First seen ${instant(person.firstSeen)}, last seen ${instant(person.lastSeen)}.</p>
<p class="quiet">Profile <code>${person.profileId}</code>. Times are in UTC. The JSON has all of this for machines.</p>
${!isComplete && html`<p class="no">The profile was merged with another one while it was read: ask again for all of it.</p>`}`
  return page('Your data', about, sectionsOf(document, eventCount))
}
