import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { alarmOf, audiences, blocksOf, confirmAll, dayMs, is, receive, visit } from './idle-device.ts'
import { collect, fresh, identify, profileOf, publish, storedOf, storeState, track, wake, workspace } from './setup.ts'

describe('WS a shorter retention', () => {
  beforeAll(async () => {
    await publish(workspace({ audiences, retention: { anonymous: 'P2D' } }))
  })

  test('sets the alarm once: another event does not move it, and it moves itself when it comes too early', async () => {
    const device = fresh('a')
    await receive(device, 1, visit(device))
    const planned = (await storedOf('anonymous_id', device)).state.lastReceivedAt + 2 * dayMs
    await confirmAll(device)
    await wake('anonymous_id', device)
    expect(await alarmOf(device)).toBe(planned)
    await receive(device, 0, [track({ anonymousId: device })])
    expect(await alarmOf(device)).toBe(planned)
    await wake('anonymous_id', device)
    const { state } = await storedOf('anonymous_id', device)
    expect(await alarmOf(device)).toBe(state.lastReceivedAt + 2 * dayMs)
    expect(state.seq).toBe(2)
  })

  test('WI9 a copy of an event, as a client may send it for 30 days, brings nobody back', async () => {
    const device = fresh('a')
    const events = visit(device)
    await receive(device, 3, events)
    await wake('anonymous_id', device)
    expect(await profileOf('anonymous_id', device)).toBeUndefined()
    expect(await blocksOf(device)).toEqual([{ lines: '' }])
    await evictAllDurableObjects()
    expect(await receive(device, 0, events)).toMatchObject({ accepted: 0, duplicates: [0, 1] })
    expect(await profileOf('anonymous_id', device)).toBeUndefined()
  })

  test('WI9 the hashes go 30 days after the last event, by an alarm', async () => {
    const device = fresh('a')
    const events = visit(device)
    await receive(device, 3, events)
    await wake('anonymous_id', device)
    await confirmAll(device)
    await wake('anonymous_id', device)
    const { state } = await storedOf('anonymous_id', device)
    expect(await alarmOf(device)).toBe(state.hashesUntil)
    expect(state.hashesUntil! - Date.now()).toBeGreaterThan(26 * dayMs)
    await runInDurableObject(is(device), (_visitor, { storage }) => {
      storeState(storage, (state) => ({ ...state, hashesUntil: Date.now() }))
    })
    await abortAllDurableObjects()
    await wake('anonymous_id', device)
    expect(await blocksOf(device)).toEqual([])
    expect((await storedOf('anonymous_id', device)).state.hashesUntil).toBeUndefined()
    expect(await receive(device, 0, events)).toMatchObject({ accepted: 2 })
  })

  test('what an expired profile has left does not move with the one after it', async () => {
    const [device, user] = [fresh('a'), fresh('u')]
    await receive(device, 3, visit(device))
    await wake('anonymous_id', device)
    await collect([track({ anonymousId: device })])
    await collect([identify({ anonymousId: device, userId: user })])
    const profile = (await profileOf('user_id', user))!
    expect(profile.events).toMatchObject({ 'Product Viewed': { count: 1 } })
    const { fragments } = (await storedOf('user_id', user)).state
    expect(fragments.map(({ identifier, mergeId }) => [identifier?.value, mergeId !== null])).toEqual([
      [device, false],
      [device, true],
    ])
    // The hashes of what has expired stay as long as its copies may come (WI9).
    expect(await blocksOf(device)).toEqual([{ lines: '' }])
  })
})
