import { evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { type EventUnit, formatEventUnit, parseEventUnit } from '@spartito/protocol'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Env } from '../src/env.ts'
import { objectName } from '../src/visitor/object-name.ts'
import { collect, fresh, page, post, publish, stubOf, track, wake, workspace } from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

const sent: EventUnit[] = []
let isDown = false

/** Listens to what objects send, and lets it fail at will: the one thing that the real queue does not do when asked. */
beforeAll(() =>
  runInDurableObject(stubOf('anonymous_id', 'listener'), (visitor) => {
    const { EVENTS } = (visitor as unknown as { env: Env }).env
    vi.spyOn(EVENTS, 'send').mockImplementation(async (body) => {
      if (isDown) throw new Error('the queue is down')
      sent.push(parseEventUnit(body as string))
      return undefined as never
    })
  }),
)

beforeEach(() => {
  isDown = false
})

const commitsOf = (anonymousId: string): number[] => {
  const name = objectName({ type: 'anonymous_id', value: anonymousId })
  return sent.filter(({ visitor }) => visitor === name).map(({ commit }) => commit)
}

describe('DE1 the events of a commit', () => {
  test('leave before the answer, and once', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    sent.length = 0
    await collect([page({ anonymousId: a }), page({ anonymousId: a })])
    await collect([page({ anonymousId: a })])
    expect(commitsOf(a)).toEqual([2, 3])
    expect(sent.map(({ events }) => events.length)).toEqual([2, 1])
  })

  test('that the queue did not take are accepted, and sent by the alarm', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    sent.length = 0
    isDown = true
    expect(await collect([page({ anonymousId: a })])).toMatchObject({ accepted: 1 })
    const alarm = await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => storage.getAlarm())
    expect(alarm).toBeGreaterThan(Date.now())
    isDown = false
    await evictAllDurableObjects()
    await wake('anonymous_id', a)
    expect(commitsOf(a)).toEqual([2])
    await evictAllDurableObjects()
    await wake('anonymous_id', a)
    expect(commitsOf(a)).toEqual([2])
  })

  test('are sent again when a copy comes after the object was put away, and are not after that', async () => {
    const a = fresh('a')
    const first = page({ anonymousId: a })
    await collect([first])
    await evictAllDurableObjects()
    sent.length = 0
    expect(await collect([first])).toMatchObject({ duplicate: 1 })
    expect(commitsOf(a)).toEqual([1])
    await collect([first])
    expect(commitsOf(a)).toEqual([1])
  })

  test('that are known to have left are not sent again by a copy', async () => {
    const a = fresh('a')
    const first = page({ anonymousId: a })
    await collect([first])
    sent.length = 0
    await collect([first])
    expect(commitsOf(a)).toEqual([])
  })

  test('whose fate is unknown after an eviction do not hold up what follows', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    await evictAllDurableObjects()
    sent.length = 0
    const second = page({ anonymousId: a })
    await collect([second])
    await collect([second])
    expect(commitsOf(a)).toEqual([2, 1])
    await collect([second])
    expect(commitsOf(a)).toEqual([2, 1])
  })

  test('too large for one message travel in parts', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    sent.length = 0
    const big = { text: 'x'.repeat(25_000) }
    const response = await post(Array.from({ length: 12 }, () => track({ anonymousId: a }, 'Big', { properties: big })))
    expect(await response.json()).toMatchObject({ accepted: 12 })
    expect(sent.length).toBeGreaterThan(1)
    expect(sent.map(({ part, parts }) => [part, parts])).toEqual(sent.map((_unit, index) => [index, sent.length]))
    expect(sent.flatMap(({ events }) => events)).toHaveLength(12)
    for (const unit of sent) expect(formatEventUnit(unit).length).toBeLessThan(128_000)
  })
})
