import { describe, expect, test } from 'vitest'
import { createLanes, type Waiting } from './lanes.ts'

const waiting = (lane: string, order: number, dueAt = 0): Waiting => ({
  id: `${lane}:${order}`,
  lane,
  order,
  takenAt: 0,
  dueAt,
  attempts: 0,
})

const of = (...all: Waiting[]) => {
  const lanes = createLanes<Waiting>()
  for (const one of all) lanes.add(one)
  return lanes
}
const ids = (all: Waiting[]): string[] => all.map(({ id }) => id)

describe('DE2 of a profile the lowest goes first, and one at a time', () => {
  test('in whatever order they come', () => {
    const lanes = of(waiting('ada', 3), waiting('ada', 1), waiting('bea', 2), waiting('ada', 2))
    const first = lanes.begin(10, 0)
    expect(ids(first)).toEqual(['ada:1', 'bea:2'])
    expect(lanes.begin(10, 0)).toEqual([])
    lanes.settle(first[0]!)
    const second = lanes.begin(10, 0)
    expect(ids(second)).toEqual(['ada:2'])
    lanes.settle(second[0]!)
    expect(ids(lanes.begin(10, 0))).toEqual(['ada:3'])
    expect(lanes.size()).toBe(2)
  })

  test('what has to wait holds up what follows it, and nobody else', () => {
    const lanes = of(waiting('ada', 1), waiting('ada', 2), waiting('bea', 1))
    const [ada] = lanes.begin(1, 0)
    ada!.dueAt = 5_000
    lanes.release(ada!)
    expect(ids(lanes.begin(10, 4_999))).toEqual(['bea:1'])
    expect(lanes.wake(4_999)).toEqual({ isDue: false, next: 5_000 })
    expect(lanes.wake(5_000)).toEqual({ isDue: true, next: undefined })
    expect(ids(lanes.begin(10, 5_000))).toEqual(['ada:1'])
  })

  test('an older one that comes while a younger is under way goes next', () => {
    const lanes = of(waiting('ada', 2), waiting('ada', 3))
    const [second] = lanes.begin(10, 0)
    lanes.add(waiting('ada', 1))
    expect(lanes.begin(10, 0)).toEqual([])
    lanes.settle(second!)
    expect(ids(lanes.begin(10, 0))).toEqual(['ada:1'])
  })

  test('an older one that comes while a younger is under way goes before it is tried again', () => {
    const lanes = of(waiting('ada', 2))
    const [second] = lanes.begin(10, 0)
    lanes.add(waiting('ada', 1))
    lanes.release(second!)
    expect(ids(lanes.begin(10, 0))).toEqual(['ada:1'])
  })

  test('when none waits, nothing is due', () => {
    const lanes = of(waiting('ada', 1))
    lanes.settle(lanes.begin(1, 0)[0]!)
    expect(lanes.wake(0)).toEqual({ isDue: false, next: undefined })
    expect(lanes.size()).toBe(0)
  })
})
