import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  collect,
  fresh,
  identify,
  page,
  profileOf,
  publish,
  serverKey,
  storedOf,
  storeState,
  stubOf,
  summary,
  track,
  wake,
  workspace,
} from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

describe('identity, the simple cases', () => {
  test('1 three pages, then identify: one profile, four events, the three keep their bringer', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    for (let i = 0; i < 3; i++) await collect([page({ anonymousId: a })])
    await collect([identify({ anonymousId: a, userId: A })])
    const profile = (await profileOf('user_id', A))!
    expect(profile.host).toEqual({ type: 'user_id', value: A })
    expect(profile.events).toMatchObject({ page: { count: 3 }, identify: { count: 1 } })
    expect(await profileOf('anonymous_id', a)).toEqual(profile)
    const { state } = await storedOf('user_id', A)
    expect(state.fragments.find(({ mergeId }) => mergeId !== null)!.identifier).toMatchObject({
      type: 'anonymous_id',
      value: a,
    })
  })

  test('2 the same twice gives the same state', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    const events = [page({ anonymousId: a }), identify({ anonymousId: a, userId: A }, { plan: 'free' })]
    await collect(events)
    const once = await profileOf('user_id', A)
    await collect(events)
    expect(await profileOf('user_id', A)).toEqual(once)
  })

  test('3 two devices that show one user are one profile', async () => {
    const [a, b, A] = [fresh('a'), fresh('b'), fresh('A')]
    await collect([track({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    await collect([track({ anonymousId: b }), identify({ anonymousId: b, userId: A })])
    const profile = (await profileOf('user_id', A))!
    expect(profile.events).toMatchObject({ 'Product Viewed': { count: 2 }, identify: { count: 2 } })
    expect(profile.identifiers.map(({ value }) => value).sort()).toEqual([A, a, b].sort())
  })

  test('AU5, AU6 the anonymous profile leaves its audiences in favour of the survivor, who enters by merge', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([1, 2, 3].map(() => track({ anonymousId: a })))
    await collect([identify({ anonymousId: a, userId: A })])
    const lost = await storedOf('anonymous_id', a)
    const survivor = await storedOf('user_id', A)
    expect(summary(lost.outbox.slice(2))).toEqual(['exited engaged by merge', 'exited hidden by merge'])
    for (const exit of lost.outbox.slice(2))
      expect(exit.mergedInto).toEqual({ profileId: survivor.state.profileId, isMember: true })
    expect(summary(survivor.outbox)).toEqual(['entered engaged by merge', 'entered hidden by merge'])
  })

  test('two views on one device and one on another meet in the user: three', async () => {
    const [a, b, A] = [fresh('a'), fresh('b'), fresh('A')]
    await collect([track({ anonymousId: a }), track({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    await collect([track({ anonymousId: b })])
    await collect([identify({ anonymousId: b, userId: A })])
    expect((await profileOf('user_id', A))!.audiences.map(({ id }) => id)).toContain('engaged')
  })

  test('ID11, 20 an answer to a claimed identity holds what its own device brought, a verified one the whole', async () => {
    const [a, b, A] = [fresh('a'), fresh('b'), fresh('A')]
    await collect([
      ...[1, 2, 3].map(() => track({ anonymousId: a })),
      identify({ anonymousId: a, userId: A }, { plan: 'pro' }),
    ])
    expect((await collect([identify({ anonymousId: b, userId: A })])).profile.audiences).toEqual([])
    expect((await collect([page({ anonymousId: a, userId: A })])).profile.audiences).toEqual(['engaged', 'pro'])
    expect((await collect([page({ userId: A })], serverKey)).profile.audiences).toEqual(['engaged', 'pro'])
  })

  test('8, ID6 an address that one user holds does not join another', async () => {
    const [A, B] = [fresh('A'), fresh('B')]
    const email = `${A}@x.example`
    await collect([identify({ userId: A }, { email })], serverKey)
    await collect([identify({ userId: B }, { email })], serverKey)
    expect((await profileOf('email', email))!.host.value).toBe(A)
    expect((await profileOf('user_id', B))!.refusals).toMatchObject([{ code: 'owned_by_another' }])
  })

  test('9 a newsletter address alone, then a verified identify that shows it: one profile; claimed: two', async () => {
    const [A, B] = [fresh('A'), fresh('B')]
    const [first, second] = [`${A}@x.example`, `${B}@x.example`]
    await collect([identify({}, { email: first }), identify({}, { email: second })], serverKey)
    await collect([identify({ userId: A }, { email: first })], serverKey)
    await collect([identify({ anonymousId: fresh('a'), userId: B }, { email: second })])
    expect((await profileOf('email', first))!.host).toEqual({ type: 'user_id', value: A })
    expect((await profileOf('email', second))!.host.type).toBe('email')
    expect((await profileOf('user_id', B))!.refusals).toMatchObject([{ code: 'holds_a_profile' }])
  })

  test('17 one messageId in both profiles counts once after the merge', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    const view = track({})
    await collect([{ ...view, anonymousId: a }])
    await collect([{ ...view, userId: A }])
    await collect([identify({ anonymousId: a, userId: A })])
    expect((await profileOf('user_id', A))!.events).toMatchObject({ 'Product Viewed': { count: 1 } })
  })

  test('a device that is linked passes its events on, also right after eviction', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([identify({ anonymousId: a, userId: A })])
    await evictAllDurableObjects()
    await collect([page({ anonymousId: a })])
    expect((await profileOf('user_id', A))!.events).toMatchObject({ page: { count: 1 } })
  })

  test('15 a survivor that is reset before each step of a merge ends in the same state', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([1, 2, 3].map(() => track({ anonymousId: a })))
    const identifying = collect([identify({ anonymousId: a, userId: A })]).catch(() => undefined)
    await abortAllDurableObjects()
    await identifying
    await collect([identify({ anonymousId: a, userId: A })])
    for (let i = 0; i < 5; i++) {
      await abortAllDurableObjects()
      await wake('user_id', A)
    }
    await expect.poll(async () => (await profileOf('anonymous_id', a))!.host.value, { timeout: 10_000 }).toBe(A)
    const { state } = await storedOf('user_id', A)
    expect(state.claims).toEqual({})
    expect((await profileOf('user_id', A))!.events['Product Viewed']).toMatchObject({ count: 3 })
  })

  test('16, 17 a copy that comes by the loser while a crash has left the move half-way counts once', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    const first = page({ anonymousId: a })
    await collect([first])
    await collect([track({ userId: A })])
    const claimant = { type: 'user_id', value: A, class: 'person' } as const
    const identifier = { type: 'anonymous_id', value: a, class: 'device' } as const
    const evidence = { verified: false, at: Date.now(), session: { id: null, at: Date.now() } }
    const message = { kind: 'claim', mergeId: 'left', claimant, ...evidence } as const
    expect(await stubOf('anonymous_id', a).claim(identifier, message)).toMatchObject({
      kind: 'joined',
      hasEvents: true,
    })
    // What a crash leaves behind at the survivor: it was about to pull.
    const { state } = await storedOf('user_id', A)
    const claim = {
      mergeId: 'left',
      identifier,
      ...evidence,
      step: 'pulling',
      cursor: 0,
      fragments: {},
      attempts: 0,
      retryAt: Date.now(),
    }
    await runInDurableObject(stubOf('user_id', A), (_visitor, { storage }) => {
      storeState(storage, () => ({ ...state, claims: { [`anonymous_id:${a}`]: claim } }))
    })
    await evictAllDurableObjects()
    // The device has it still, so it is known there; the survivor goes on with its next request, or by its alarm.
    expect(await collect([first])).toMatchObject({ accepted: 0, duplicate: 1 })
    await collect([track({ userId: A })])
    expect((await profileOf('anonymous_id', a))!).toMatchObject({ host: { value: A }, events: { page: { count: 1 } } })
    expect((await storedOf('user_id', A)).state.claims).toEqual({})
    expect(await collect([first])).toMatchObject({ accepted: 0, duplicate: 1 })
    expect((await profileOf('user_id', A))!.events.page).toMatchObject({ count: 1 })
  })
})
