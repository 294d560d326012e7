import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { arrive, graphOf, ofDevice, ofUser } from './arrive.ts'
import {
  collect,
  fresh,
  identify,
  page,
  profileOf,
  publish,
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

describe('AD the graph of a profile', () => {
  test('says who is joined, what each merge brought, and whose a device has been', async () => {
    const [a, b, A, B] = [fresh('a'), fresh('b'), fresh('A'), fresh('B')]
    await collect([page({ anonymousId: a }), page({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    await collect([page({ anonymousId: b }), identify({ anonymousId: b, userId: A })])
    await collect([identify({ anonymousId: b, userId: B })])
    const graph = await graphOf('user_id', A)
    expect(graph.host).toEqual({ type: 'user_id', value: A, class: 'person' })
    expect(graph.identifiers.map(({ value }) => value).sort()).toEqual([A, a, b].sort())
    expect(graph.merges.map(({ brought }) => brought)).toEqual([
      [{ identifier: { type: 'anonymous_id', value: a }, events: 2 }],
      [{ identifier: { type: 'anonymous_id', value: b }, events: 1 }],
    ])
    expect((await graphOf('anonymous_id', b)).asked.owners).toMatchObject([
      { owner: { value: A }, until: expect.any(Number) },
      { owner: { value: B }, until: null },
    ])
  })
})

describe('ID7–ID9 a device and its owners', () => {
  test('4 a→A, then B without reset: two profiles, the device is contested, A keeps its events', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await collect([page({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    await collect([identify({ anonymousId: a, userId: B }), page({ anonymousId: a, userId: B })])
    expect(await ofUser(A)).toEqual({ page: 1, identify: 1 })
    expect(await ofUser(B)).toEqual({ page: 1, identify: 1 })
    const { owners } = (await storedOf('anonymous_id', a)).state
    expect(owners).toMatchObject([
      { owner: { value: A }, until: expect.any(Number), claimSeq: 1 },
      { owner: { value: B }, until: null, claimSeq: 2 },
    ])
    for (const [user, of] of [
      [A, B],
      [B, A],
    ] as const) {
      const profile = (await profileOf('user_id', user))!
      expect(profile.identifiers.map(({ value }) => value).sort()).toEqual([a, user].sort())
      expect(profile.identifiers.map(({ value }) => value)).not.toContain(of)
    }
  })

  test('5 then a page in a new session: the device has a profile of its own', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await arrive(3, 'identify', { a, user: A }, 's1')
    await arrive(2, 'identify', { a, user: B }, 's2')
    await arrive(2, 'page', { a }, 's2')
    await arrive(1, 'page', { a }, 's3')
    expect(await ofUser(A)).toEqual({ identify: 1 })
    expect(await ofUser(B)).toEqual({ identify: 1, page: 1 })
    expect(await ofDevice(a)).toEqual({ page: 1 })
    expect((await profileOf('anonymous_id', a))!.host).toEqual({ type: 'anonymous_id', value: a })
  })

  test('5 with contested:"last": B', async () => {
    await publish(workspace({ identity: { contested: 'last' } }))
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await arrive(3, 'identify', { a, user: A }, 's1')
    await arrive(2, 'identify', { a, user: B }, 's2')
    await arrive(1, 'page', { a }, 's3')
    expect(await ofUser(B)).toEqual({ identify: 1, page: 1 })
    await publish(workspace())
  })

  test('6 a→A, reset gives c, pages, identify as B: they join B, and A is untouched', async () => {
    const [a, c, A, B] = [fresh('a'), fresh('c'), fresh('A'), fresh('B')]
    await collect([identify({ anonymousId: a, userId: A })])
    await collect([page({ anonymousId: c }), page({ anonymousId: c })])
    await collect([identify({ anonymousId: c, userId: B })])
    expect(await ofUser(A)).toEqual({ identify: 1 })
    expect(await ofUser(B)).toEqual({ identify: 1, page: 2 })
  })

  test('7 a→A; a page the next day is of A; one 31 days later of the device', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await arrive(40, 'identify', { a, user: A })
    await arrive(39, 'page', { a })
    expect(await ofUser(A)).toEqual({ identify: 1, page: 1 })
    await arrive(8, 'page', { a })
    expect(await ofUser(A)).toEqual({ identify: 1, page: 1 })
    expect(await ofDevice(a)).toEqual({ page: 1 })
  })

  test('ID8 what it did since joins A at the first sign-in that claims it; nothing is adopted twice', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await arrive(40, 'page', { a })
    await arrive(40, 'identify', { a, user: A })
    await arrive(8, 'page', { a })
    await arrive(7, 'identify', { a, user: A })
    expect(await ofUser(A)).toEqual({ identify: 2, page: 2 })
    await arrive(6, 'Signed Out', { a, user: A })
    await arrive(5, 'identify', { a, user: A })
    expect(await ofUser(A)).toEqual({ identify: 3, page: 2, 'Signed Out': 1 })
    expect(await ofDevice(a)).toEqual({})
  })

  test('ID9 after a logout the device is its own, and the next sign-in adopts what it did since', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([identify({ anonymousId: a, userId: A }), track({ anonymousId: a, userId: A }, 'Signed Out')])
    await collect([page({ anonymousId: a })])
    expect(await ofUser(A)).toEqual({ identify: 1, 'Signed Out': 1 })
    expect(await ofDevice(a)).toEqual({ page: 1 })
    await collect([identify({ anonymousId: a, userId: A })])
    expect(await ofUser(A)).toEqual({ identify: 2, 'Signed Out': 1, page: 1 })
    expect(await ofDevice(a)).toEqual({})
    await collect([page({ anonymousId: a })])
    expect(await ofUser(A)).toMatchObject({ page: 2 })
  })

  test('ID8 on a contested device only the session of the sign-in joins', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await arrive(9, 'identify', { a, user: A }, 's1')
    await arrive(8, 'identify', { a, user: B }, 's2')
    await arrive(7, 'page', { a }, 's3')
    await arrive(6, 'page', { a }, 's4')
    await arrive(6, 'page', { a }, 's4')
    await arrive(6, 'identify', { a, user: A }, 's4')
    expect(await ofUser(A)).toEqual({ identify: 2, page: 2 })
    expect(await ofUser(B)).toEqual({ identify: 1 })
    expect(await ofDevice(a)).toEqual({ page: 1 })
    // What was left once is left for good.
    await arrive(5, 'identify', { a, user: B }, 's3')
    expect(await ofUser(B)).toEqual({ identify: 2 })
    expect(await ofDevice(a)).toEqual({ page: 1 })
  })

  test('ID7 who comes back claims the device anew, and each session of a contested device is proved', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await arrive(9, 'identify', { a, user: A }, 's1')
    await arrive(8, 'identify', { a, user: B }, 's2')
    await arrive(7, 'page', { a, user: A }, 's3')
    await arrive(7, 'page', { a }, 's3')
    expect(await ofUser(A)).toEqual({ identify: 1, page: 2 })
    await arrive(6, 'page', { a, user: A }, 's4')
    await arrive(6, 'page', { a }, 's4')
    expect(await ofUser(A)).toEqual({ identify: 1, page: 4 })
  })

  test('AU6 a device that keeps a session leaves the audiences that this one does not hold up', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await arrive(9, 'identify', { a, user: A }, 's1')
    await arrive(8, 'identify', { a, user: B }, 's2')
    await arrive(7, 'Product Viewed', { a }, 's3')
    expect((await storedOf('anonymous_id', a)).state.memberships).toHaveProperty('hidden')
    await arrive(7, 'identify', { a, user: A }, 's3')
    const lost = await storedOf('anonymous_id', a)
    expect(lost.state.memberships).toEqual({})
    expect(summary(lost.outbox)).toEqual(['entered hidden by event', 'exited hidden by merge'])
    expect(lost.outbox[1]!.mergedInto).toMatchObject({ isMember: true })
  })

  test('a request of the device goes in parts to its owner and to itself', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    const [s1, s2] = [{ context: { sessionId: 's1' } }, { context: { sessionId: 's2' } }]
    await collect([identify({ anonymousId: a, userId: A, ...s1 })])
    await collect([identify({ anonymousId: a, userId: fresh('B'), ...s1 })])
    await collect([identify({ anonymousId: a, userId: A, ...s2 })])
    const [mine, other] = [page({ anonymousId: a, ...s2 }), page({ anonymousId: a, context: { sessionId: 's9' } })]
    expect(await collect([other, mine])).toMatchObject({ accepted: 2, duplicate: 0 })
    expect(await ofUser(A)).toEqual({ identify: 2, page: 1 })
    expect(await ofDevice(a)).toEqual({ page: 1 })
    expect(await collect([other, mine])).toMatchObject({ accepted: 0, duplicate: 2 })
  })

  test('PR3 a device that was stored before owners were known still links to its own, and may pass on', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await collect([page({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    const { owners: _owners, leaving: _leaving, ...state } = (await storedOf('anonymous_id', a)).state
    const to = { type: 'user_id', value: A, class: 'person' }
    const role = { kind: 'linked', to, mergeId: 'm', since: Date.now() }
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      storeState(storage, () => ({ ...state, schemaVersion: 2, role }))
    })
    await evictAllDurableObjects()
    await collect([page({ anonymousId: a })])
    expect(await ofUser(A)).toEqual({ page: 2, identify: 1 })
    await collect([identify({ anonymousId: a, userId: B })])
    expect((await storedOf('anonymous_id', a)).state).toMatchObject({
      schemaVersion: 3,
      owners: [
        { owner: to, until: expect.any(Number) },
        { owner: { value: B }, until: null },
      ],
    })
  })

  test('claims that were answered before their numbers were kept are still known as answered', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await collect([page({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    const { numbers: _numbers, ...state } = (await storedOf('anonymous_id', a)).state
    const [mergeId = ''] = state.answered!
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      storeState(storage, () => state)
    })
    await evictAllDurableObjects()
    await collect([identify({ anonymousId: a, userId: B })])
    const address = { type: 'anonymous_id', value: a, class: 'device' } as const
    const claimant = { type: 'user_id', value: A, class: 'person' } as const
    const at = Date.now()
    const again = { kind: 'claim', mergeId, claimant, verified: false, at, session: { id: null, at } } as const
    expect(await stubOf('anonymous_id', a).claim(address, again)).toMatchObject({ kind: 'joined', hasEvents: false })
    const now = (await storedOf('anonymous_id', a)).state
    expect(Object.values(now.numbers!)).toEqual([2])
    expect(now.owners!.at(-1)).toMatchObject({ owner: { value: B }, until: null })
  })

  test('15 crashes during a switch end in the same state', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    await collect([page({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    const switching = collect([identify({ anonymousId: a, userId: B })]).catch(() => undefined)
    await abortAllDurableObjects()
    await switching
    for (let i = 0; i < 4; i++) {
      await abortAllDurableObjects()
      await wake('user_id', B)
      await wake('anonymous_id', a)
    }
    await evictAllDurableObjects()
    await collect([identify({ anonymousId: a, userId: B })])
    await expect.poll(async () => (await storedOf('anonymous_id', a)).state.claims, { timeout: 10_000 }).toEqual({})
    expect(await ofUser(A)).toEqual({ page: 1, identify: 1 })
    expect((await storedOf('anonymous_id', a)).state.owners?.at(-1)).toMatchObject({ owner: { value: B }, until: null })
    const known = (await storedOf('user_id', A)).state.identifiers.find(({ value }) => value === a)!
    expect(known.lostAt).toEqual(expect.any(Number))
  })
})
