import { expect, test } from 'vitest'
import { correctedTime } from '../make/corrected-time.ts'
import { makeEvent, noon } from '../make/event.ts'
import { dayMs } from './calendar.ts'
import { isTooLate, record, timely } from './history.ts'

test.each([
  ['the device clock cancels out', 1000, 1500, 90_000, 89_500],
  ['without sentAt, as sent', 1000, undefined, 90_000, 1000],
  ['nothing happens after its receipt', 2000, 1500, 90_000, 90_000],
])('WI8: %s', (_rule, original, sentAt, receivedAt, timestamp) => {
  expect(correctedTime(original, sentAt, receivedAt)).toBe(timestamp)
})

test('WI8 events are ordered by timestamp, then receivedAt, then messageId', () => {
  const later = makeEvent({ messageId: 'a', timestamp: noon + 1 })
  const receivedLater = makeEvent({ messageId: 'b', timestamp: noon, receivedAt: noon + 5 })
  const twins = [makeEvent({ messageId: 'd' }), makeEvent({ messageId: 'c' })]
  const order = record([], [later, receivedLater, ...twins]).map((event) => event.messageId)
  expect(order).toEqual(['c', 'd', 'b', 'a'])
})

test('WI8, WI9 of two copies the first to arrive counts, even if a clock behind received the other', () => {
  const first = makeEvent({ messageId: 'm', timestamp: noon, receivedAt: noon })
  const retry = makeEvent({ messageId: 'm', timestamp: noon - 7, receivedAt: noon - 1 })
  expect(record(record([], [first]), [retry])).toEqual([first])
  expect(record([], [first, retry])).toEqual([first])
})

test.each([
  [30 * dayMs, false],
  [30 * dayMs + 1, true],
])('AU4 an event %d ms late is too late: %s', (latenessMs, expected) => {
  const event = makeEvent({ timestamp: noon - latenessMs, receivedAt: noon })
  expect(isTooLate(event)).toBe(expected)
  expect(timely([event])).toHaveLength(expected ? 0 : 1)
  expect(isTooLate({ ...event, imported: true })).toBe(false)
})
