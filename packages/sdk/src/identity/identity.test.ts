import { describe, expect, test } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { createIdentity, type DeviceState, saveEveryMs, sessionMs } from './identity.ts'

const make = (copies: (object | string)[] = [], landing = '') => {
  const clock = createFakeClock()
  const device = { copies: copies.map((copy) => (typeof copy === 'string' ? copy : JSON.stringify(copy))), writes: 0 }
  const saved: string[] = []
  let count = 0
  const identity = createIdentity(
    {
      now: clock.now,
      landing,
      device: {
        read: () => device.copies,
        write: (shared, own) => {
          device.writes++
          device.copies = [shared, own]
        },
      },
    },
    () => `id${++count}`,
    (json) => saved.push(json),
  )
  return { clock, device, identity, saved }
}

describe('the newest copy counts, and heals the others', () => {
  const old = { version: 3, anonymousId: 'OLD' }
  const fresh = { version: 4, anonymousId: 'NEW' }
  test.each<[what: string, copies: (object | string)[], stored: object | undefined, wanted: string | undefined]>([
    ['none', [], undefined, undefined],
    ['the cookie', [fresh, old], undefined, 'NEW'],
    ['localStorage', [old, fresh], undefined, 'NEW'],
    ['the store, when a kill lost the others', [], fresh, 'NEW'],
    ['the store, when the others are older', [old, old], fresh, 'NEW'],
    ['not the store, when it is older', [fresh], old, 'NEW'],
    ['not what is broken', ['{"version":9,', 'null', '7', '"x"', '', fresh], undefined, 'NEW'],
  ])('%s', (_what, copies, stored, wanted) => {
    const { identity, device, saved } = make(copies)
    identity.refresh()
    identity.refresh(stored && JSON.stringify(stored))
    expect(identity.state().anonymousId).toBe(wanted)
    const { anonymousId } = identity.touch()
    for (const copy of [...device.copies, saved.at(-1)!]) expect(JSON.parse(copy)).toMatchObject({ anonymousId })
  })

  test('a clock that was set back does not make an old copy the newest', () => {
    const { clock, identity, device } = make()
    identity.touch()
    const before = device.copies[1]!
    clock.jump(-86_400_000)
    identity.write({ userId: 'u' })
    device.copies = [device.copies[0]!, before]
    identity.refresh()
    expect(identity.state().userId).toBe('u')
  })

  test('a write keeps what another tab has written since', () => {
    const { identity, device } = make()
    identity.touch()
    const other = { ...(JSON.parse(device.copies[1]!) as DeviceState), userId: 'from the other tab' }
    device.copies = [JSON.stringify({ ...other, version: other.version + 1 })]
    identity.write({ audiences: ['a'] })
    expect(identity.state()).toMatchObject({ userId: 'from the other tab', audiences: ['a'] })
  })

  test.each([
    ['to forget the visitor', undefined],
    ['a withdrawal', { analytics: false }],
  ])('CO5 %s is not undone by what another tab writes in the same instant', (_what, kept) => {
    const { identity, device } = make()
    identity.write({ anonymousId: 'OLD', consent: { analytics: true } })
    const { version } = identity.state()
    identity.forget(kept)
    device.copies = [JSON.stringify({ version: version + 1, anonymousId: 'OLD', consent: { analytics: true } })]
    identity.write()
    const shown = () => [identity.state().anonymousId, identity.state().consent]
    expect(shown()).toEqual([undefined, kept])
    // Nor by its next one, wherever that lands.
    identity.refresh(JSON.stringify({ version: version + 2, anonymousId: 'OLD', consent: { analytics: true } }))
    expect(shown()).toEqual([undefined, kept])
  })

  test('where nothing was on the device, to forget writes nothing', () => {
    const { identity } = make()
    identity.forget(undefined)
    expect(identity.state().version).toBe(0)
  })

  test('audiences stay on this host: a cookie travels with every request', () => {
    const { identity, device } = make()
    identity.write({ audiences: ['a'] })
    expect(device.copies[0]).not.toContain('audiences')
    expect(device.copies[1]).toContain('audiences')
  })
})

describe('a session', () => {
  test.each<[what: string, idleMs: number, isNew: boolean]>([
    ['goes on after a moment', 1_000, false],
    ['goes on at 30 minutes', sessionMs, false],
    ['ends after 30 minutes without an event', sessionMs + 1, true],
    ['goes on when the clock is set back', -86_400_000, false],
  ])('%s', (_what, idleMs, isNew) => {
    const { clock, identity } = make()
    const { sessionId, anonymousId } = identity.touch()
    clock.jump(idleMs)
    const next = identity.touch()
    expect(next.sessionId !== sessionId).toBe(isNew)
    expect(next.anonymousId).toBe(anonymousId)
  })

  test('lives as long as events come', () => {
    const { clock, identity } = make()
    const { sessionId } = identity.touch()
    for (let minutes = 0; minutes < 120; minutes += 20) {
      clock.jump(20 * 60_000)
      expect(identity.touch().sessionId).toBe(sessionId)
    }
  })

  test('is shared by the pages that follow within it', () => {
    const { identity, device } = make()
    const { sessionId } = identity.touch()
    const next = make(device.copies)
    next.identity.refresh()
    expect(next.identity.touch().sessionId).toBe(sessionId)
  })

  test('is kept alive by another tab', () => {
    const { clock, identity, device } = make()
    const { sessionId } = identity.touch()
    clock.jump(sessionMs + 1)
    const known = JSON.parse(device.copies[1]!) as DeviceState
    device.copies = [JSON.stringify({ ...known, version: known.version + 1, lastSeen: clock.now() - 1_000 })]
    expect(identity.touch().sessionId).toBe(sessionId)
  })

  test('takes the campaign that began it, and a new one takes none of an earlier page', () => {
    const { clock, identity, device } = make([], '?utm_source=news')
    expect(identity.touch().campaign).toEqual({ source: 'news' })
    clock.jump(sessionMs + 1)
    const next = make(device.copies)
    next.clock.jump(2 * sessionMs)
    next.identity.refresh()
    expect(next.identity.touch().campaign).toBeUndefined()
  })
})

test('QU4 a thousand events cost one write, and one more every ten seconds', () => {
  const { clock, identity, device } = make()
  for (let i = 0; i < 1_000; i++) identity.touch()
  expect(device.writes).toBe(1)
  clock.jump(saveEveryMs + 1)
  for (let i = 0; i < 1_000; i++) identity.touch()
  expect(device.writes).toBe(2)
})
