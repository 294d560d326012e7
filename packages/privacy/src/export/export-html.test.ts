import { describe, expect, test } from 'vitest'
import type { ExportDocument } from './document.ts'
import { exportHtml, shownEventsMost } from './export-html.ts'

const provenance = { timestamp: 0, receivedAt: 0, messageId: 'm', source: 'web' }
const identifier = { type: 'user_id', value: 'ada' }

const document = (more: Partial<ExportDocument> = {}, ofPerson: object = {}): ExportDocument => ({
  format: 'spartito.export/1',
  exportedAt: 0,
  asked: identifier,
  person: {
    profileId: 'P',
    host: identifier,
    firstSeen: 0,
    lastSeen: null,
    identifiers: [],
    traits: [],
    consents: [],
    audiences: [],
    merges: [],
    eventCounts: {},
    sessions: { count: 0, first: null, last: null, recent: [] },
    campaigns: { first: null, last: null },
    scores: {},
    refusals: [],
    ...ofPerson,
  },
  deliveries: [],
  waiting: [],
  lake: { queries: {} },
  retention: {},
  events: [],
  isComplete: true,
  ...more,
})
const event = (name: string, timestamp: number) => ({ ...provenance, type: 'track', event: name, timestamp })

describe('CO8 the export as a page', () => {
  const hostile = '"><img src=x onerror=alert(1)>&\u202egpj'
  test('whatever a visitor has said is text, wherever it stands', () => {
    const trait = {
      ...provenance,
      name: hostile,
      value: { [hostile]: hostile },
      source: hostile,
      identifier,
      isCurrent: true,
    }
    const text = exportHtml(
      document(
        {
          events: [{ ...event(hostile, 0), properties: { [hostile]: hostile } } as never],
          lake: { queries: {}, rows: { events: [{ [hostile]: hostile } as never] } },
          waiting: [{ source: hostile, receivedAt: 0, code: hostile, event: { a: hostile } as never }],
        },
        {
          traits: [trait],
          identifiers: [{ type: hostile, value: hostile, class: 'person', verified: true, firstSeen: 0, lastSeen: 0 }],
        },
      ),
    )
    expect(text).not.toMatch(/<img|\u202e/)
    expect(text.match(/&lt;img/g)!.length).toBeGreaterThan(8)
  })

  test('it runs nothing and asks nobody', () => {
    const text = exportHtml(document())
    expect(text).not.toMatch(/<script|<link|src=|url\(|https?:/)
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  })

  test('what counts no more is said to be replaced', () => {
    const of = (value: string, isCurrent: boolean) => ({ ...provenance, name: 'plan', value, identifier, isCurrent })
    const text = exportHtml(document({}, { traits: [of('pro', true), of('free', false)] }))
    expect(text).toMatch(/pro.*holds[\s\S]*class="past"[\s\S]*free.*replaced/)
  })

  test('of many events the newest are shown, and how many more there are', () => {
    const events = Array.from({ length: shownEventsMost + 5 }, (_, n) => event(`Event ${n}.`, n))
    const text = exportHtml(document({ events: events as never }))
    expect(text).toContain(`Event ${shownEventsMost + 4}.`)
    expect(text).not.toContain('Event 4.')
    expect(text).toContain('5 more are in the JSON')
  })

  test('one that was read while its profile moved says so', () => {
    expect(exportHtml(document({ isComplete: false }))).toContain('ask again for all of it')
    expect(exportHtml(document())).not.toContain('ask again')
  })
})
