import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { type EventUnit, parseEventUnit } from '@spartito/protocol'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Env } from '../src/env.ts'
import { objectName } from '../src/visitor/object-name.ts'
import {
  collect,
  fresh,
  identify,
  page,
  publish,
  storedOf,
  storeState,
  stubOf,
  track,
  waitingIn,
  wake,
  workspace,
} from './setup.ts'

const sent: EventUnit[] = []
let isDown = false

beforeAll(async () => {
  await publish(workspace())
  await runInDurableObject(stubOf('anonymous_id', 'listener'), (visitor) => {
    const { EVENTS } = (visitor as unknown as { env: Env }).env
    const send = EVENTS.send.bind(EVENTS)
    vi.spyOn(EVENTS, 'send').mockImplementation(async (body, options) => {
      if (isDown) throw new Error('the queue is down')
      sent.push(parseEventUnit(body as string))
      return send(body as string, options)
    })
  })
})

beforeEach(() => {
  isDown = false
  sent.length = 0
})

/** The notices in the outbox of an object. */
const outboxOf = (type: string, value: string): Promise<string[]> =>
  runInDurableObject(stubOf(type, value), (_visitor, { storage }) =>
    waitingIn(storage).flatMap(({ entry }) => ('seq' in entry ? [] : [entry.type])),
  )

/** Commit and order of the notice of each unit that an object has sent. */
const toldBy = (value: string, type = 'anonymous_id'): [commit: number, order: number | undefined][] =>
  sent
    .filter(({ visitor }) => visitor === objectName({ type, value }))
    .map(({ commit, notice }) => [commit, notice?.order])

describe('AU6 the beginning of a profile', () => {
  test('travels with its first events, in part 0, and with none after the queue has it', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    await collect([page({ anonymousId: a })])
    expect(toldBy(a)).toEqual([
      [1, 1],
      [2, undefined],
    ])
    const { state } = await storedOf('anonymous_id', a)
    const { version, profileId } = state
    expect(sent[0]!.notice).toMatchObject({ type: 'profile.created', profileId, version, order: 1 })
    expect(state.untold).toBeUndefined()
  })

  test('takes no row of the outbox, no seq, and no alarm but the one that bounds the ledger', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    expect(await outboxOf('anonymous_id', a)).toEqual([])
    const alarm = await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => storage.getAlarm())
    expect(alarm).toBeGreaterThan(Date.now() + 30 * 86_400_000)
    await collect([track({ anonymousId: a })])
    expect((await storedOf('anonymous_id', a)).outbox).toMatchObject([{ seq: 1 }])
  })

  test('DE1 is told by the next events too when it is not known whether the first have left', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    await abortAllDurableObjects()
    await collect([page({ anonymousId: a })])
    await collect([page({ anonymousId: a })])
    expect(toldBy(a)).toEqual([
      [1, 1],
      [2, 1],
      [3, undefined],
    ])
  })

  test('DE1 is told again by a copy of the first events after the object was put away', async () => {
    const a = fresh('a')
    const first = page({ anonymousId: a })
    await collect([first])
    await evictAllDurableObjects()
    expect(await collect([first])).toMatchObject({ duplicate: 1 })
    expect(toldBy(a)).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test('DE1 is sent by the alarm with the events that the queue did not take', async () => {
    const a = fresh('a')
    isDown = true
    await collect([page({ anonymousId: a })])
    await abortAllDurableObjects()
    isDown = false
    await wake('anonymous_id', a)
    expect(toldBy(a)).toEqual([[1, 1]])
    await collect([page({ anonymousId: a })])
    expect(toldBy(a)).toEqual([
      [1, 1],
      [2, undefined],
    ])
  })

  test('AU5 says the version that decided first, though a later unit tells it', async () => {
    const a = fresh('a')
    isDown = true
    await collect([page({ anonymousId: a })])
    const { version } = (await storedOf('anonymous_id', a)).state
    isDown = false
    const newer = await publish(workspace({ audiences: [{ id: 'pages', when: { event: 'page' } }] }))
    await stubOf('anonymous_id', a).bringUp(newer)
    await collect([page({ anonymousId: a })])
    expect(toldBy(a)).toEqual([[2, 1]])
    expect(sent.at(-1)!.notice).toMatchObject({ version })
    expect((await storedOf('anonymous_id', a)).state.version).toBe(newer)
  })

  test('of the survivor of a merge travels with the event that began it; the end is a row of the outbox', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([page({ anonymousId: a })])
    await collect([identify({ anonymousId: a, userId: A })])
    expect(await outboxOf('anonymous_id', a)).toEqual(['profile.ended'])
    expect(await outboxOf('user_id', A)).toEqual([])
    expect(toldBy(A, 'user_id')).toEqual([[1, 1]])
  })

  test('without an event of its own, as of a state older than the roster, is a row of the outbox', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      storeState(storage, (state) => ({ ...state, listings: 0 }))
    })
    await abortAllDurableObjects()
    await stubOf('anonymous_id', a).bringUp(
      await publish(workspace({ audiences: [{ id: 'here', when: { event: 'page' } }] })),
    )
    expect(await outboxOf('anonymous_id', a)).toEqual(['profile.created'])
  })
})
