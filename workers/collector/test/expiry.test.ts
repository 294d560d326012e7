import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expiredOf } from '@spartito/engine'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Env } from '../src/env.ts'
import type { Stats } from '../src/stats/read-stats.ts'
import { statsShard } from '../src/stats/tally.ts'
import { objectName } from '../src/visitor/object-name.ts'
import {
  alarmOf,
  audiences,
  blocksOf,
  confirmAll,
  dayMs,
  dumpOf,
  idleFor,
  is,
  noticesOf,
  receive,
  visit,
} from './idle-device.ts'
import {
  administer,
  collect,
  fresh,
  identify,
  profileOf,
  publish,
  storedOf,
  storeState,
  summary,
  track,
  wake,
  workspace,
} from './setup.ts'

/** What the queue `events` has taken, and whether it takes anything. */
const sent: string[] = []
let isDown = false

beforeAll(async () => {
  await runInDurableObject(is('listener'), (visitor) => {
    const { EVENTS } = (visitor as unknown as { env: Env }).env
    const send = EVENTS.send.bind(EVENTS)
    vi.spyOn(EVENTS, 'send').mockImplementation(async (body, options) => {
      if (isDown) throw new Error('the queue is down')
      sent.push(body as string)
      return send(body as string, options)
    })
  })
})
beforeEach(() => {
  isDown = false
  sent.length = 0
})

const entered = ['entered pro by event', 'entered viewed by event']
const exited = ['exited pro by expiry', 'exited viewed by expiry']
const sorted = (changes: Parameters<typeof summary>[0]): string[] => summary(changes).sort()

describe('ID15 an anonymous profile that is idle for 180 days', () => {
  beforeAll(async () => {
    await publish(workspace({ audiences }))
  })

  test('deletes itself by its alarm, says so to its audiences and to the roster', async () => {
    const device = await idleFor(181)
    const { outbox, state } = await storedOf('anonymous_id', device)
    expect(sorted(outbox)).toEqual([...entered, ...exited])
    expect(outbox.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect(await noticesOf(device)).toEqual(['profile.ended 2 by expiry'])
    expect(state).toMatchObject({ seq: 4, listings: 2, commit: 1, fragments: [], identifiers: [], memberships: {} })
    expect(await profileOf('anonymous_id', device)).toBeUndefined()
    expect(await blocksOf(device)).toEqual([])
  })

  test('is counted by the hour, apart from events, and a copy of its notice counts once', async () => {
    const notice = { type: 'profile.ended', cause: 'expiry', profileId: fresh('P'), order: 2, version: 1 } as const
    const emittedAt = Date.UTC(2026, 0, 15, 12, 30)
    const counted = expiredOf({ kind: 'profile', visitor: 'v', notice: { ...notice, emittedAt } })!
    for (const now of [1, 2]) await statsShard(env as Env, 3).addUnits([counted], now)
    const { profiles, sources } = (await (await administer('/admin/stats')).json()) as Stats
    expect(profiles).toEqual([{ hour: '2026-01-15T12', expired: 1 }])
    expect(sources.filter(({ hour }) => hour === '2026-01-15T12')).toEqual([])
  })

  test('is not what a device is all of whose events have moved to a person: it ends by merge', async () => {
    const [device, user] = [fresh('a'), fresh('u')]
    await receive(device, 0, visit(device))
    await confirmAll(device)
    await collect([identify({ anonymousId: device, userId: user })])
    expect(await noticesOf(device)).toEqual(['profile.ended 2 by merge'])
  })

  test('has stored nothing that was sent once its exits are confirmed', async () => {
    const device = await idleFor(181)
    expect(await dumpOf(device)).toContain('Bergamo')
    await confirmAll(device)
    await wake('anonymous_id', device)
    const left = await dumpOf(device)
    for (const personal of ['Bergamo', 'city', 'Product Viewed', 'm-', 'viewed']) expect(left).not.toContain(personal)
    expect(await alarmOf(device)).toBeNull()
  })

  test('stays for 179 days, and for as long as it pleases with a person', async () => {
    const device = await idleFor(179)
    expect(await profileOf('anonymous_id', device)).toBeDefined()
    const [a, user] = [fresh('a'), fresh('u')]
    await receive(a, 500, visit(a))
    await collect([identify({ anonymousId: a, userId: user })])
    await wake('user_id', user)
    await wake('anonymous_id', a)
    expect((await profileOf('user_id', user))!.audiences.map(({ id }) => id)).toEqual(['pro', 'viewed'])
    expect((await storedOf('anonymous_id', a)).state.owners).toMatchObject([{ owner: { value: user }, until: null }])
  })

  test('lives on when an event comes before the alarm, though it is late', async () => {
    const device = fresh('a')
    const first = receive(device, 181, visit(device))
    await Promise.all([first, receive(device, 0, [track({ anonymousId: device })])])
    await wake('anonymous_id', device)
    expect((await profileOf('anonymous_id', device))!.events['Product Viewed']!.count).toBe(2)
    expect(sorted((await storedOf('anonymous_id', device)).outbox)).toEqual(entered)
  })

  test('DE1 killed when its exits are stored and not confirmed, sends them again by its alarm', async () => {
    const device = await idleFor(181)
    await abortAllDurableObjects()
    const before = (await storedOf('anonymous_id', device)).outbox
    expect(sorted(before)).toEqual([...entered, ...exited])
    // Its next alarm is the one of the outbox.
    expect(await alarmOf(device)).toBeLessThanOrEqual(Date.now() + 5_000)
    await wake('anonymous_id', device)
    expect((await storedOf('anonymous_id', device)).outbox).toEqual(before)
    await confirmAll(device)
    await wake('anonymous_id', device)
    expect((await storedOf('anonymous_id', device)).outbox).toEqual([])
  })

  test('killed before its alarm has done anything, expires by the next', async () => {
    const device = fresh('a')
    await receive(device, 170, visit(device))
    await wake('anonymous_id', device)
    await runInDurableObject(is(device), async (_visitor, { storage }) => {
      const older = Date.now() - 181 * dayMs
      storeState(storage, ({ fragments: [first, ...others], ...state }) => ({
        ...state,
        lastReceivedAt: older,
        fragments: [{ ...first!, lastSeen: older }, ...others],
      }))
      await storage.setAlarm(Date.now() + 60_000)
    })
    await abortAllDurableObjects()
    await wake('anonymous_id', device)
    expect(await profileOf('anonymous_id', device)).toBeUndefined()
  })

  test('an event between its exits and their confirmation begins a new profile, its changes after them', async () => {
    const device = await idleFor(181)
    expect(await collect([track({ anonymousId: device })])).toMatchObject({ accepted: 1 })
    const { outbox, state } = await storedOf('anonymous_id', device)
    expect(summary(outbox).slice(2).sort()).toEqual(['entered viewed by event', ...exited])
    expect(outbox.at(-1)).toMatchObject({ type: 'audience.entered', seq: 5, profileId: state.profileId })
    expect(new Set(outbox.map(({ id }) => id)).size).toBe(5)
    const profile = (await profileOf('anonymous_id', device))!
    expect([profile.events['Product Viewed']!.count, Object.keys(profile.traits)]).toEqual([1, []])
    // What the roster is told of its new beginning is younger than its end.
    expect(sent.at(-1)).toContain('"order":3')
  })

  test('begins anew after all was confirmed and the object was put away, and repeats no key', async () => {
    const device = await idleFor(181)
    await confirmAll(device)
    await wake('anonymous_id', device)
    await evictAllDurableObjects()
    await collect([track({ anonymousId: device })])
    const { outbox, state } = await storedOf('anonymous_id', device)
    expect(outbox).toMatchObject([{ type: 'audience.entered', audience: 'viewed', seq: 5 }])
    expect(state).toMatchObject({ commit: 2, listings: 3 })
    expect(sent.at(-1)).toContain(`${objectName({ type: 'anonymous_id', value: device })}#2.0`)
  })

  test('DE1 waits until the lake has its events', async () => {
    const device = fresh('a')
    isDown = true
    await receive(device, 181, visit(device))
    await wake('anonymous_id', device)
    expect(await profileOf('anonymous_id', device)).toBeDefined()
    isDown = false
    await abortAllDurableObjects()
    await wake('anonymous_id', device)
    expect(sent.filter((unit) => unit.includes('Bergamo'))).toHaveLength(1)
    await wake('anonymous_id', device)
    expect(await profileOf('anonymous_id', device)).toBeUndefined()
    expect(sent).toHaveLength(1)
  })

  test('joins a person as a device without a past', async () => {
    const device = await idleFor(181)
    const user = fresh('u')
    await collect([identify({ anonymousId: device, userId: user })])
    await collect([track({ anonymousId: device })])
    expect((await profileOf('user_id', user))!.events).toMatchObject({ 'Product Viewed': { count: 1 } })
  })

  test('PR3 one that was stored by older code is idle from the last instant that it knows', async () => {
    const device = await idleFor(100)
    await runInDurableObject(is(device), (_visitor, { storage }) => {
      storeState(storage, ({ lastReceivedAt: _unknown, ...state }) => state)
    })
    await abortAllDurableObjects()
    await collect([track({ anonymousId: device })])
    const { state } = await storedOf('anonymous_id', device)
    expect(state.lastReceivedAt).toBe(state.now)
  })
})
