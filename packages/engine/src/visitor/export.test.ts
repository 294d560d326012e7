import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { day, hour, identify, noon, track } from '../testing/events.ts'
import { createVisitor } from '../testing/visitor.ts'
import { exportEvents, viewExport } from './export.ts'

const audiences: AudienceDefinition[] = [
  { id: 'viewers', when: { event: 'Viewed', count: { gte: 2 } } },
  { id: 'buyers', when: { event: 'Bought' } },
]
const decided = (marketing: boolean) => ({ context: { consent: { categoryPreferences: { marketing } } } })

const merged = () => {
  const [visitor, other] = [createVisitor(audiences), createVisitor(audiences, 'b')]
  visitor.send([identify({ plan: 'free', city: 'Roma' }, noon, decided(true)), track('Viewed', noon)])
  const ofOther = { anonymousId: 'b', source: 'app' }
  other.send([
    identify({ plan: 'pro' }, noon + 1, { ...ofOther, ...decided(false) }),
    track('Viewed', noon + 2, {}, ofOther),
  ])
  visitor.merge(other, noon + hour)
  return visitor
}
const exported = () => {
  const { state, plan, ledger } = merged()
  return viewExport(state, plan, noon + hour, ledger)
}

describe('CO8 what is exported of a person', () => {
  test('each trait with where it comes from, the one that the profile shows first', () => {
    expect(exported().traits).toMatchObject([
      { name: 'city', value: 'Roma', source: 'web', identifier: { value: 'a' }, isCurrent: true },
      { name: 'plan', value: 'pro', source: 'app', identifier: { value: 'b' }, isCurrent: true },
      { name: 'plan', value: 'free', source: 'web', identifier: { value: 'a' }, isCurrent: false },
    ])
  })

  test('each decision on consent, the one that counts first', () => {
    expect(exported().consents).toMatchObject([
      { purpose: 'marketing', state: 'denied', source: 'app', timestamp: noon + 1, isCurrent: true },
      { purpose: 'marketing', state: 'granted', source: 'web', timestamp: noon, isCurrent: false },
    ])
  })

  test('the decisions before it, with how each was taken and what proves it, and not what carries one along', () => {
    const visitor = createVisitor(audiences)
    const shown = { source: 'banner', policyVersion: '3', proof: 'Accept all' }
    const preference = 'Segment Consent Preference Updated'
    visitor.send([track(preference, noon, shown, decided(true)), track('Viewed', noon + 1, {}, decided(true))])
    visitor.send([track(preference, noon + hour, {}, decided(false))])
    const { consents } = viewExport(visitor.state, visitor.plan, noon + hour, visitor.ledger)
    expect(consents).toMatchObject([
      { purpose: 'marketing', state: 'denied', timestamp: noon + hour, isCurrent: true },
      { state: 'granted', timestamp: noon, isCurrent: false, via: 'banner', policyVersion: '3', proof: 'Accept all' },
    ])
    expect(consents).toHaveLength(2)
  })

  test('the audiences that it is in, each with why, and no other', () => {
    expect(exported().audiences).toMatchObject([
      {
        audience: 'viewers',
        isMember: true,
        tree: { holds: true, events: [{ event: 'Viewed' }, { event: 'Viewed' }] },
      },
    ])
  })

  test('its identifiers, and what each merge brought', () => {
    const { identifiers, merges, eventCounts } = exported()
    expect(identifiers.map(({ value }) => value)).toContain('a')
    expect(merges).toMatchObject([{ basis: 'event', brought: [{ identifier: { value: 'b' }, events: 2 }] }])
    expect(eventCounts).toMatchObject({ Viewed: { count: 2 } })
  })

  test('nothing of whom its device belonged to, and with whom it was taken for one', () => {
    const { state, plan, ledger } = merged()
    const stranger = { type: 'user_id', value: 'stranger', class: 'person' } as const
    const session = { id: null, at: noon }
    const owner = { owner: stranger, since: noon, until: noon + 1, seenAt: noon, session, claimSeq: 1 }
    const known = {
      ...state,
      owners: [owner],
      parted: [stranger],
      shownWith: { 'user_id:stranger': noon },
      refusals: [{ code: 'owned_by_another', at: noon, identifier: stranger, messageId: 'm' } as const],
      identifiers: [
        ...state.identifiers,
        { ...stranger, verified: false, firstSeen: noon, lastSeen: noon, isRefused: true as const },
      ],
    }
    const text = JSON.stringify(viewExport(known, plan, noon + hour, ledger))
    expect(text).toContain('owned_by_another')
    expect(text).not.toContain('stranger')
  })
})

describe('CO8 PR1 the events that the profile keeps', () => {
  const pagesOf = ({ state, ledger }: ReturnType<typeof createVisitor>) => {
    const pages = []
    for (let after: string | null = ''; after !== null; after = pages.at(-1)!.next)
      pages.push(exportEvents(state, ledger, after))
    return pages
  }
  const messageIds = (pages: ReturnType<typeof pagesOf>) =>
    pages.flatMap(({ events }) => events.map((event) => (event as { messageId: string }).messageId))

  test('are all there, whoever brought them', () => {
    expect(messageIds(pagesOf(merged()))).toHaveLength(4)
  })

  test('come page by page, each once', () => {
    const visitor = createVisitor([])
    const sent = Array.from({ length: 400 }, (_, n) => track('Viewed', noon + n, { text: 'x'.repeat(4_000) }))
    for (let at = 0; at < sent.length; at += 20) visitor.send(sent.slice(at, at + 20))
    const pages = pagesOf(visitor)
    expect(pages.length).toBeGreaterThan(2)
    expect(messageIds(pages)).toEqual(sent.map(({ messageId }) => messageId))
  })

  test('say of themselves that a part alone is kept of them, once they are old', () => {
    const visitor = createVisitor([
      { id: 'rich', when: { agg: 'sum', of: 'properties.price', event: 'Bought', within: 'P90D', gt: 5 } },
    ])
    visitor.send([track('Bought', noon, { price: 5, card: 'visa' })])
    visitor.prune(noon + 32 * day)
    const [event] = exportEvents(visitor.state, visitor.ledger).events
    expect(event).toMatchObject({ event: 'Bought', properties: { price: 5 }, isPart: true })
    expect(JSON.stringify(event)).not.toContain('visa')
  })
})
