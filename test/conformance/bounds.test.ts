import { describe, expect, test } from 'vitest'
import { admin, fresh, post, track } from './wire.ts'

/** What this suite reads of a profile beside what the harnesses do. */
interface Bounded {
  traits: Record<string, { value: unknown }>
  events: Record<string, { count: number; isCut?: true }>
  refusals: { code: string; messageId: string; trait: string; count: number }[]
}

const profileOf = async (anonymousId: string): Promise<Bounded> =>
  (await admin.profile({ type: 'anonymous_id', value: anonymousId })) as unknown as Bounded

const traits = (count: number, value: unknown): object =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, value]))

describe('PR2 bounds of a profile', () => {
  const tables: [rule: string, first: object, then: object, code: string, kept: number][] = [
    ['255 traits', traits(255, 1), { one: 1, more: 2 }, 'too_many_traits', 255],
    [
      '32 KB of them',
      traits(2, 'x'.repeat(15_000)),
      { one: 'x'.repeat(5_000), more: 'x'.repeat(9_000) },
      'too_large_traits',
      2,
    ],
  ]

  test.each(tables)(
    '%s: the event that brings more is accepted, and what was not kept is told',
    async (_rule, first, then, code, kept) => {
      const anonymousId = fresh('device')
      const messageId = fresh('message')
      await post('/v1/identify', { anonymousId, traits: first })
      const { status, body } = await post('/v1/identify', { anonymousId, messageId, traits: then })
      expect({ status, accepted: body.accepted }).toEqual({ status: 200, accepted: 1 })
      const profile = await profileOf(anonymousId)
      expect(Object.keys(profile.traits)).toHaveLength(kept)
      expect(profile.refusals).toMatchObject([{ code, messageId, trait: 'one', count: 2 }])
    },
  )

  test('a trait that is removed makes room', async () => {
    const anonymousId = fresh('device')
    await post('/v1/identify', { anonymousId, traits: traits(255, 1) })
    await post('/v1/identify', { anonymousId, traits: { one: 1, t0: null } })
    const profile = await profileOf(anonymousId)
    expect(profile.traits.one).toMatchObject({ value: 1 })
    expect(profile.traits).not.toHaveProperty('t0')
    expect(profile.refusals).toEqual([])
  })

  test('500 names of events are counted by name, the others together', async () => {
    const anonymousId = fresh('device')
    const batch = Array.from({ length: 510 }, (_, n) => track(anonymousId, `Name ${n}`))
    await post('/v1/batch', { batch })
    const { events } = await profileOf(anonymousId)
    expect(Object.keys(events)).toHaveLength(501)
    expect(events['(other)']).toMatchObject({ count: 10, isCut: true })
  })

  test('ID9 sessions are told by their id, and by gaps where there is none', async () => {
    const anonymousId = fresh('device')
    const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
    const batch = [
      track(anonymousId, 'Seen', { timestamp: ago(200), context: { sessionId: 's1' } }),
      track(anonymousId, 'Seen', { timestamp: ago(120), context: { sessionId: 's1' } }),
      track(anonymousId, 'Seen', { timestamp: ago(40) }),
      track(anonymousId, 'Seen', { timestamp: ago(20) }),
      track(anonymousId, 'Seen', { timestamp: ago(40 * 24 * 60) }),
    ]
    await post('/v1/batch', { batch })
    const { sessions } = (await profileOf(anonymousId)) as unknown as { sessions: object }
    expect(sessions).toMatchObject({
      count: 2,
      recent: [
        { id: null, events: 2 },
        { id: 's1', events: 2 },
      ],
    })
  })
})
