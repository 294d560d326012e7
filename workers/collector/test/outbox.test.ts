import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import type { VisitorState } from '@spartito/engine'
import { beforeAll, describe, expect, test } from 'vitest'
import { outboxKey } from '../src/visitor/outbox.ts'
import { openStateEntry } from '../src/visitor/state-entry.ts'
import {
  collect,
  countWrites,
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

beforeAll(async () => {
  await publish(workspace())
})

describe('the outbox', () => {
  const alarmOf = (a: string): Promise<number | null> =>
    runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => storage.getAlarm())
  const waiting = (a: string) =>
    runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => waitingIn(storage))

  /** As if so many ms had passed since the change was sent. */
  const passed = (a: string, ms: number) =>
    runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      const older = waitingIn(storage).map((its) => ({ ...its, dueAt: its.dueAt - ms }))
      const entry = openStateEntry(storage)
      entry.write({ ...entry.read()!, outbox: JSON.stringify(older) })
    })

  test('DE1 a change waits until the consumer has confirmed it, and no longer', async () => {
    const a = fresh('a')
    await collect([track({ anonymousId: a })])
    expect((await storedOf('anonymous_id', a)).outbox).toHaveLength(1)
    await stubOf('anonymous_id', a).confirmChanges([1])
    await wake('anonymous_id', a)
    expect(await alarmOf(a)).toBeGreaterThan(Date.now() + 60_000)
    await collect([page({ anonymousId: a })])
    expect(await waiting(a)).toEqual([])
  })

  test('that a change was confirmed is stored with the next request, at no row', async () => {
    const a = fresh('a')
    await collect([track({ anonymousId: a })])
    const writes = await countWrites(stubOf('anonymous_id', a))
    await stubOf('anonymous_id', a).confirmChanges([1])
    await collect([page({ anonymousId: a })])
    expect(writes()).toBe(1)
    expect(await waiting(a)).toEqual([])
    await wake('anonymous_id', a)
    expect(writes()).toBe(1)
  })

  describe('what was confirmed, or was not, when the object was put away', () => {
    /** An object that was put away after its change was confirmed, or was not, and its alarm had fired. */
    const putAway = async (isConfirmed: boolean): Promise<{ a: string; writes: number }> => {
      const a = fresh('a')
      await collect([track({ anonymousId: a })])
      const count = await countWrites(stubOf('anonymous_id', a))
      if (isConfirmed) {
        await stubOf('anonymous_id', a).confirmChanges([1])
        await wake('anonymous_id', a)
      }
      const writes = count()
      await abortAllDurableObjects()
      return { a, writes }
    }
    test.each([
      ['confirmed, is stored by the alarm that waited for it', true, 1, []],
      ['not confirmed, waits on', false, 0, [1]],
    ])('DE1 what was %s', async (_what, isConfirmed, rows, left) => {
      const { a, writes } = await putAway(isConfirmed)
      expect(writes).toBe(rows)
      await collect([page({ anonymousId: a })])
      expect((await waiting(a)).map(({ entry }) => outboxKey(entry))).toEqual(left)
    })

    test('DE1 a wake that fails loses nothing: what was due waits until the next', async () => {
      const { a } = await putAway(false)
      const change = async (to: (state: VisitorState & { was?: unknown }) => object): Promise<void> => {
        await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => storeState(storage, to))
        await abortAllDurableObjects()
      }
      await passed(a, 5_000)
      await change(({ flips, ...state }) => ({ ...state, was: flips }))
      const failedAt = Date.now()
      await wake('anonymous_id', a)
      await change(({ was, ...state }) => ({ ...state, flips: was }))
      expect((await alarmOf(a))!).toBeGreaterThanOrEqual(failedAt + 5_000)
      await collect([page({ anonymousId: a })])
      expect(await waiting(a)).toMatchObject([{ attempts: 1 }])
    })
  })

  test('DE1 an unconfirmed change is planned to be sent again after 5 s, then after 10', async () => {
    const a = fresh('a')
    await collect([track({ anonymousId: a })])
    const [first] = await waiting(a)
    expect(first).toMatchObject({ dueAt: first!.entry.emittedAt + 5_000, attempts: 1 })
    await passed(a, 5_000)
    await abortAllDurableObjects()
    const before = Date.now()
    await wake('anonymous_id', a)
    const [again] = await waiting(a)
    expect(again!.attempts).toBe(2)
    expect(again!.dueAt - before).toBeGreaterThanOrEqual(10_000)
    const alarm = await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => storage.getAlarm())
    expect(alarm).toBe(again!.dueAt)
  })

  test('DE1 what was sent more than once ends at once when it is confirmed: its alarm is far, and the object may be put away', async () => {
    const a = fresh('a')
    await collect([track({ anonymousId: a })])
    await passed(a, 5_000)
    await abortAllDurableObjects()
    await wake('anonymous_id', a)
    await stubOf('anonymous_id', a).confirmChanges([1])
    await abortAllDurableObjects()
    expect(await waiting(a)).toEqual([])
  })

  test('what the row of the state has no room for waits in a table, and goes the same way', async () => {
    const a = fresh('a')
    const ids = ['one', 'two', 'three', 'four']
    const inTable = () =>
      runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage: { sql } }) =>
        sql.exec<{ seq: number; attempts: number }>('SELECT seq, attempts FROM outbox ORDER BY seq').toArray(),
      )
    await publish(workspace({ audiences: ids.map((id) => ({ id, when: { event: 'page' } })) }))
    await collect([identify({ anonymousId: a }, { note: 'x'.repeat(12_000) })])
    await collect([page({ anonymousId: a })])
    expect((await waiting(a)).map(({ entry }) => outboxKey(entry))).toEqual([1, 2])
    expect(await inTable()).toEqual([3, 4].map((seq) => ({ seq, attempts: 1 })))
    await passed(a, 5_000)
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage: { sql } }) => {
      sql.exec('UPDATE outbox SET due_at = due_at - 5000')
    })
    await abortAllDurableObjects()
    await wake('anonymous_id', a)
    expect((await waiting(a)).map(({ attempts }) => attempts)).toEqual([2, 2])
    expect((await inTable()).map(({ attempts }) => attempts)).toEqual([2, 2])
    await stubOf('anonymous_id', a).confirmChanges([1, 2, 3, 4])
    await abortAllDurableObjects()
    expect(await waiting(a)).toEqual([])
    expect(await inTable()).toEqual([])
    await publish(workspace())
  })
})
