import { expect, test } from 'vitest'
import { kinds, typicalAudiences } from './engine-audiences.ts'
import { productViewed, shopEvent } from './engine-events.ts'
import { holdProfile, planOf } from './held-profile.ts'
import { eventsFor, openProfile, stepsBeforeReturn } from './profile-steps.ts'

test.each([
  [10, 10],
  [1_000, 100],
  [10_000, 256],
  [100_000, 256],
])('a profile of %d events takes %d more before it goes back', (size, steps) => {
  expect(stepsBeforeReturn(size)).toBe(steps)
})

test('a profile that goes back takes the same events again, and comes to the same JSON', () => {
  const events = eventsFor(shopEvent, 40)
  const stored: string[] = []
  const { step } = openProfile(typicalAudiences, 40, events, (profile, event) => stored.push(profile.take(event)))
  for (let n = 0; n < 2 * stepsBeforeReturn(40); n++) step()
  expect(stored.slice(stepsBeforeReturn(40))).toEqual(stored.slice(0, stepsBeforeReturn(40)))
  expect(new Set(stored).size).toBe(stepsBeforeReturn(40))
})

test.each(Object.entries(kinds))('%s: each event that is measured changes what is remembered', (_kind, when) => {
  const profile = holdProfile(planOf([{ id: 'its', when }]))
  const memories = eventsFor(productViewed, 10).map((event) => {
    const [fragment] = (JSON.parse(profile.take([event])) as { fragments: [{ memory: object }] }).fragments
    return JSON.stringify(fragment.memory)
  })
  expect(new Set(memories).size).toBe(memories.length)
})
