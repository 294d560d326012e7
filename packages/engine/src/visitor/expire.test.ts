import { describe, expect, test } from 'vitest'
import type { AudienceDefinition } from '../audience/condition.ts'
import { day, identify, noon, page, track } from '../testing/events.ts'
import { createVisitor, planOf } from '../testing/visitor.ts'
import { answerClaim } from './claim.ts'
import { expire, nextExpiryOf } from './expire.ts'
import { listProfile } from './list-profile.ts'
import { type KnownIdentifier, newVisitor, type VisitorState } from './state.ts'

const audiences: AudienceDefinition[] = [
  { id: 'viewed', when: { event: 'Viewed' } },
  { id: 'pages', when: { event: 'page' } },
  { id: 'no-pages', when: { not: { audience: 'pages' } } },
]
const plan = planOf(audiences)
const end = noon + 180 * day

/** Who has sent a page at noon, all of it in the lake. */
const visited = (more: Partial<VisitorState> = {}): VisitorState => {
  const visitor = createVisitor(audiences)
  visitor.send([page(noon)])
  return { ...visitor.state, forwarded: 1, ...more }
}
const seen = { verified: false, firstSeen: noon, lastSeen: noon }
const device: KnownIdentifier = { type: 'push_token', value: 't', class: 'device', ...seen }
const email: KnownIdentifier = { type: 'email', value: 'e@example.com', class: 'contact', ...seen }
const user: KnownIdentifier = { type: 'user_id', value: 'A', class: 'person', ...seen }
const to = { type: 'user_id', value: 'A', class: 'person' } as const
const claims = {
  'email:e': {
    mergeId: 'm',
    identifier: email,
    verified: false,
    at: noon,
    session: { id: null, at: noon },
    step: 'asking',
    cursor: 0,
    fragments: {},
    attempts: 1,
    retryAt: noon,
  },
} as const

describe('ID15 who expires, and when', () => {
  // biome-ignore format: a row a rule
  const table: [rule: string, state: VisitorState, at: number | undefined][] = [
    ['a device, 180 days after its last event was received', visited(), end],
    ['with another device and a group', visited({ identifiers: [device, { ...device, type: 'group_id', class: 'group' }] }), end],
    ['not with a contact', visited({ identifiers: [device, email] }), undefined],
    ['not with a person', visited({ identifiers: [user] }), undefined],
    ['not when it stands for a person', visited({ self: to }), undefined],
    ['with a contact that was refused to it: another has that', visited({ identifiers: [{ ...email, isRefused: true }] }), end],
    ['not what has moved', visited({ role: { kind: 'linked', to, mergeId: 'm', since: noon } }), undefined],
    ['not what is moving', visited({ role: { kind: 'moving', to, mergeId: 'm', since: noon } }), undefined],
    ['not an object of which nothing is known', newVisitor({ type: 'anonymous_id', value: 'x', class: 'device' }, 'p-x'), undefined],
    ['not while a claim is under way', visited({ claims }), undefined],
    ['not while the lake lacks its events', visited({ forwarded: 0 }), undefined],
    ['not while the queue has to be sent a commit again', visited({ unsent: [1] }), undefined],
    ['a commit that was most likely sent holds up nothing', visited({ unsure: [1] }), end],
  ]
  test.each(table)('%s', (_rule, state, expiresAt) => {
    expect(nextExpiryOf(state, plan)).toBe(expiresAt)
  })

  // biome-ignore format: a row a rule
  const lives: [rule: string, event: ReturnType<typeof page>, expiresAt: number][] = [
    ['an event of today', page(noon + day), end + day],
    ['one of long ago that is received today', page(noon - 20 * day, { receivedAt: noon + day }), end + day],
    ['one of years ago that is imported today', page(noon - 900 * day, { receivedAt: noon + day, imported: true }), end + day],
  ]
  test.each(lives)('%s says that somebody is there', (_rule, event, expiresAt) => {
    const visitor = createVisitor(audiences)
    visitor.send([page(noon)])
    visitor.send([event])
    expect(nextExpiryOf({ ...visitor.state, forwarded: 2 }, plan)).toBe(expiresAt)
  })

  test('an audience that time ends says nothing', () => {
    const visitor = createVisitor([{ id: 'fresh', when: { event: 'page', within: 'P90D' } }])
    visitor.send([page(noon)])
    expect(visitor.wake(noon + 100 * day)).toHaveLength(1)
    expect(nextExpiryOf({ ...visitor.state, forwarded: 1 }, visitor.plan)).toBe(end)
  })

  test('a copy of an event says nothing: it is no event', () => {
    const visitor = createVisitor(audiences)
    const first = page(noon)
    visitor.send([first])
    visitor.send([{ ...first, receivedAt: noon + day }])
    expect(nextExpiryOf({ ...visitor.state, forwarded: 1 }, plan)).toBe(end)
  })

  test('the retention is that of the plan at hand', () => {
    expect(nextExpiryOf(visited(), { ...plan, anonymousMs: 2 * day })).toBe(noon + 2 * day)
  })

  test('a millisecond before, nothing happens', () => {
    const state = visited()
    expect(expire(state, plan, end - 1)).toEqual({ state, changes: [], appends: [] })
    expect(expire(state, plan, end).state).not.toEqual(state)
  })
})

describe('ID15 a profile that expires', () => {
  const ended = () => {
    const visitor = createVisitor(audiences)
    visitor.send([page(noon), track('Viewed', noon), identify({ plan: 'pro' }, noon)])
    const { seq } = visitor.state
    return { visitor, seq, changes: visitor.expire(end + 5) }
  }

  test('leaves its audiences, by name, with cause expiry, at the instant of the transaction, and enters none', () => {
    const { changes, seq } = ended()
    expect(changes).toMatchObject([
      { type: 'audience.exited', audience: 'pages', id: `p-a:pages:${seq + 1}`, seq: seq + 1 },
      { type: 'audience.exited', audience: 'viewed', id: `p-a:viewed:${seq + 2}`, seq: seq + 2 },
    ])
    for (const change of changes)
      expect(change).toMatchObject({ cause: 'expiry', causeId: null, effectiveAt: end + 5, emittedAt: end + 5 })
  })

  test('says in its exits whom they were about, and is told to the roster as ended', () => {
    const { changes, visitor } = ended()
    for (const change of changes)
      expect(change).toMatchObject({ traits: { plan: 'pro' }, identifiers: [{ type: 'anonymous_id', value: 'a' }] })
    expect(listProfile({ ...visitor.state, listings: 1 }, end, false, true)).toMatchObject({
      state: { listings: 2 },
      notice: { type: 'profile.ended', order: 2 },
    })
  })

  test('leaves its name and its counters, and nothing that anybody sent', () => {
    const { visitor, seq } = ended()
    const { self, profileId } = visitor.state
    expect(visitor.state).toEqual({
      ...newVisitor(self, profileId),
      now: end + 5,
      version: 1,
      policy: 'opt-out',
      commit: 1,
      forwarded: 1,
      seq: seq + 2,
      nextFragment: 2,
    })
    expect([...visitor.ledger.blocks(1)]).toEqual([])
    expect(visitor.rows.size).toBe(0)
  })

  test('ID3 ID7 leaves what others have said of its device: whose it is, and that it stitches nothing', () => {
    const session = { id: null, at: noon }
    const owners = [{ owner: to, since: noon, until: noon + day, seenAt: noon, session, claimSeq: 1 }]
    const said = { owners, blockedAt: noon, shownWith: { 'user_id:A': noon } }
    const { state } = expire(visited({ ...said, leaving: [7] }), plan, end)
    expect(state).toMatchObject(said)
    expect(state.leaving).toBeUndefined()
  })

  test('asked again, has nothing more to say', () => {
    const { visitor } = ended()
    expect(nextExpiryOf(visitor.state, plan)).toBeUndefined()
    expect(visitor.expire(end + 1_000 * day)).toEqual([])
  })

  test('begins anew with the next event: without a past, under the same id, its changes counting on', () => {
    const { visitor, seq } = ended()
    const { changes } = visitor.send([track('Viewed', end + day)])
    expect(changes.map(({ type, id }) => [type, id])).toEqual([
      ['audience.entered', `p-a:viewed:${seq + 3}`],
      ['audience.entered', `p-a:no-pages:${seq + 4}`],
    ])
    expect(visitor.state.fragments).toMatchObject([{ id: 2, firstSeen: end + day, traits: {} }])
    expect(visitor.state.commit).toBe(2)
  })

  test('may be taken by a person as a device without a past', () => {
    const { visitor } = ended()
    const evidence = { verified: false, at: end + day, session: { id: null, at: end + day } }
    const message = { kind: 'claim', mergeId: 'm', claimant: to, ...evidence } as const
    expect(answerClaim(visitor.state, message, end + day)).toMatchObject({
      state: { role: { kind: 'host' }, owners: [{ owner: to, until: null }] },
      reply: { kind: 'joined', hasEvents: false, identifiers: [] },
    })
  })
})

describe('WI9 a profile that is kept for less than the 30 days in which copies are known', () => {
  const brief = { ...plan, anonymousMs: 2 * day }
  const ended = () => {
    const visitor = createVisitor(brief)
    const first = page(noon)
    visitor.send([first])
    expect(visitor.expire(noon + 2 * day)).toHaveLength(1)
    return { visitor, first }
  }
  const copyOf = (first: ReturnType<typeof page>, at: number) => ({ ...first, receivedAt: at })

  test('does not come back to life by a copy', () => {
    const { visitor, first } = ended()
    expect(visitor.send([copyOf(first, noon + 3 * day)])).toMatchObject({ accepted: 0, duplicates: [0], changes: [] })
    expect(visitor.state.fragments).toEqual([])
  })

  test('leaves no text of its events', () => {
    const { visitor } = ended()
    expect([...visitor.ledger.blocks(1)]).toEqual([{ block: 1, lines: '' }])
  })

  test('has forgotten the copies 30 days after its last event', () => {
    const { visitor, first } = ended()
    expect(nextExpiryOf(visitor.state, brief)).toBe(noon + 30 * day)
    visitor.expire(noon + 30 * day - 1)
    expect(visitor.state.hashesUntil).toBe(noon + 30 * day)
    visitor.expire(noon + 30 * day)
    expect(visitor.state.hashesUntil).toBeUndefined()
    expect([...visitor.ledger.blocks(1)]).toEqual([])
    expect(visitor.send([copyOf(first, noon + 31 * day)])).toMatchObject({ accepted: 1 })
  })

  test('has forgotten them then, too, when it has begun anew, and what is new stays', () => {
    const { visitor } = ended()
    const next = page(noon + 29 * day)
    visitor.send([next])
    expect(nextExpiryOf({ ...visitor.state, forwarded: 2 }, brief)).toBe(noon + 30 * day)
    expect(visitor.expire(noon + 30 * day)).toEqual([])
    expect([...visitor.ledger.blocks(1)]).toEqual([])
    expect(visitor.send([copyOf(next, noon + 30 * day)])).toMatchObject({ accepted: 0 })
    expect(visitor.expire(noon + 31 * day)).toHaveLength(1)
    expect(visitor.state.hashesUntil).toBe(noon + 59 * day)
  })
})
