import { beforeAll, describe, expect, test } from 'vitest'
import { callIngest } from '../src/visitor/call-ingest.ts'
import {
  collect,
  countWrites,
  fresh,
  identify,
  post,
  profileOf,
  publish,
  storedOf,
  stubOf,
  track,
  workspace,
} from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

const counts = async (type: string, value: string): Promise<Record<string, number>> => {
  const { fragments } = (await storedOf(type, value)).state
  const sums: Record<string, number> = {}
  for (const { events } of fragments)
    for (const [name, { count }] of Object.entries(events)) sums[name] = (sums[name] ?? 0) + count
  return sums
}

/** A device that A has owned, and an event of it that was passed on to A. */
const ownedByA = async () => {
  const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
  const [adopted, passed] = [track({ anonymousId: a }), track({ anonymousId: a })]
  await collect([adopted])
  await collect([identify({ anonymousId: a, userId: A })])
  await collect([passed])
  return { a, A, B, adopted, passed }
}

describe('WI9 a copy of what has left a device counts once', () => {
  test('what was passed on to the owner of before, or adopted, after another has signed in', async () => {
    const { a, A, B, adopted, passed } = await ownedByA()
    await collect([identify({ anonymousId: a, userId: B })])
    expect(await collect([passed, track({ anonymousId: a }), adopted])).toMatchObject({ accepted: 1, duplicate: 2 })
    expect(await counts('user_id', A)).toEqual({ 'Product Viewed': 2, identify: 1 })
    expect(await counts('user_id', B)).toEqual({ 'Product Viewed': 1, identify: 1 })
    expect(await counts('anonymous_id', a)).toEqual({})
  })

  test('after a logout', async () => {
    const { a, A, passed, adopted } = await ownedByA()
    await collect([track({ anonymousId: a, userId: A }, 'Signed Out')])
    expect(await collect([adopted, passed])).toMatchObject({ accepted: 0, duplicate: 2 })
    expect(await counts('user_id', A)).toMatchObject({ 'Product Viewed': 2 })
    expect(await counts('anonymous_id', a)).toEqual({})
  })

  test('where the owner of before was an address that has joined a person since', async () => {
    const [a, A, B] = [fresh('a'), fresh('A'), fresh('B')]
    const email = `${A.toLowerCase()}@test.example`
    const passed = track({ anonymousId: a })
    await collect([identify({ anonymousId: a }, { email })])
    await collect([passed])
    await collect([identify({ anonymousId: fresh('b'), userId: A }, { email })])
    await collect([identify({ anonymousId: a, userId: B })])
    expect(await collect([passed])).toMatchObject({ accepted: 0, duplicate: 1 })
    expect((await profileOf('email', email))!.events['Product Viewed']).toMatchObject({ count: 1 })
    expect(await counts('user_id', B)).toEqual({ identify: 1 })
  })

  test('it writes nothing, neither at the device nor at who has it', async () => {
    const { a, A, B, passed } = await ownedByA()
    await collect([identify({ anonymousId: a, userId: B })])
    await collect([track({ anonymousId: a })])
    const objects = [stubOf('anonymous_id', a), stubOf('user_id', A), stubOf('user_id', B)]
    const writes = await Promise.all(objects.map(countWrites))
    await collect([passed])
    expect(writes.map((count) => count())).toEqual([0, 0, 0])
  })

  test('its answer shows of who has it what this device has done there, and no more', async () => {
    const { a, A, B, passed } = await ownedByA()
    const elsewhere = fresh('b')
    await collect([identify({ anonymousId: elsewhere, userId: A }, { plan: 'pro' })])
    await collect([track({ anonymousId: elsewhere }), track({ anonymousId: elsewhere })])
    expect((await profileOf('user_id', A))!.audiences.map(({ id }) => id)).toEqual(['engaged', 'hidden', 'pro'])
    await collect([identify({ anonymousId: a, userId: B })])
    expect((await collect([passed])).profile.audiences).toEqual([])
    // Nor to B, whom a token vouches for and who reads all of their own profile.
    const receivedAt = Date.now()
    const event = { ...passed, source: 'web', timestamp: receivedAt, receivedAt }
    const answered = await callIngest(stubOf('anonymous_id', a), {
      address: { type: 'anonymous_id', value: a, class: 'device' },
      events: [JSON.stringify(event)],
      receivedAt,
      policy: 'opt-out',
      verified: false,
      seesWhole: true,
      anonymousId: a,
      hops: 0,
    })
    expect(answered).toMatchObject({ accepted: 0, duplicates: [0], audiences: [] })
  })

  test('what nobody has is taken as new, late as it may be', async () => {
    const { a, A, B } = await ownedByA()
    await collect([identify({ anonymousId: a, userId: B })])
    const late = { ...track({ anonymousId: a }), timestamp: new Date(Date.now() - 600_000).toISOString() }
    expect((await post([late])).status).toBe(200)
    expect(await counts('user_id', A)).toMatchObject({ 'Product Viewed': 2 })
    expect((await counts('user_id', B))['Product Viewed'] ?? (await counts('anonymous_id', a))['Product Viewed']).toBe(
      1,
    )
  })
})
