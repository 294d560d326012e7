import { runInDurableObject } from 'cloudflare:test'
import type { ProfileNotice } from '@spartito/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { collect, countWrites, fresh, identify, page, publish, storedOf, stubOf, track, workspace } from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

describe('a new profile', () => {
  test('AU6 is told to the roster once, and takes no seq', async () => {
    const a = fresh('a')
    const writes = await countWrites(stubOf('anonymous_id', a))
    await collect([page({ anonymousId: a })])
    const stored = writes()
    const rows = () =>
      runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) =>
        storage.sql
          .exec<{ seq: number; body: string }>('SELECT seq, body FROM outbox')
          .toArray()
          .map(({ seq, body }) => ({ seq, ...(JSON.parse(body) as ProfileNotice) })),
      )
    expect(await rows()).toMatchObject([{ seq: -1, type: 'profile.created', order: 1 }])
    await collect([page({ anonymousId: a })])
    expect(await rows()).toHaveLength(1)
    await stubOf('anonymous_id', a).confirmChanges([-1])
    expect(await rows()).toEqual([])
    // The outbox row and its end; the second request wrote its two.
    expect(writes() - stored).toBe(2 + 1)
    await collect([track({ anonymousId: a })])
    expect((await storedOf('anonymous_id', a)).outbox).toMatchObject([{ seq: 1 }])
  })

  test('that moves into another ends, in order, and the survivor is created by the merge', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    const notices = (type: string, value: string) =>
      runInDurableObject(stubOf(type, value), (_visitor, { storage }) =>
        storage.sql
          .exec<{ body: string }>('SELECT body FROM outbox WHERE seq < 0 ORDER BY seq DESC')
          .toArray()
          .map(({ body }) => (JSON.parse(body) as ProfileNotice).type),
      )
    await collect([page({ anonymousId: a })])
    await collect([identify({ anonymousId: a, userId: A })])
    expect(await notices('anonymous_id', a)).toEqual(['profile.created', 'profile.ended'])
    expect(await notices('user_id', A)).toEqual(['profile.created'])
  })
})
