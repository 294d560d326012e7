import { expect, test } from 'vitest'
import { eventDeliveryId } from './event-delivery-id.ts'

test.each([
  ['ajs-next-1-2', 'p:ajs-next-1-2'],
  ['a.b', 'p:a~2e~b'],
  ['a~2e~b', 'p:a~7e~2e~7e~b'],
  ['a\r\nb', 'p:a~d~~a~b'],
  ['😀', 'p:~d83d~~de00~'],
])('DE2 the id for messageId %j holds no dot, and is its own', (messageId, id) => {
  expect(eventDeliveryId('p', messageId)).toBe(id)
})
