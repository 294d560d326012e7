import { expect, test } from 'vitest'
import { createFakeClock } from './clock.ts'
import { makeEvent, noon, track } from './event.ts'

test('two makes of the same event are copies, of different instants they are not', () => {
  expect(track('X', noon)).toEqual(track('X', noon))
  expect(track('X', noon).messageId).not.toBe(track('X', noon + 1).messageId)
  expect(makeEvent({ type: 'page', name: 'Home' })).toMatchObject({ messageId: `page@${noon}`, name: 'Home' })
  expect(makeEvent({ type: 'page' })).not.toHaveProperty('event')
})

test('a fake clock stands still until it is moved', () => {
  const clock = createFakeClock(noon)
  clock.advance(5)
  expect(clock.now()).toBe(noon + 5)
  clock.set(noon - 1)
  expect(clock.now()).toBe(noon - 1)
})
