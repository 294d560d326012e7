import { expect, test } from 'vitest'
import { compareEvents } from './event.ts'
import { parseEvent } from './parse-event.ts'

const arrival = { source: 'web', receivedAt: 1_000_000, newMessageId: () => 'new' }

test('WI10 a client cannot say that its event was imported, an import can', () => {
  const raw = { type: 'track', event: 'E', imported: true }
  expect(parseEvent(raw, arrival)).toMatchObject({ ok: true, value: { event: 'E' } })
  expect(parseEvent(raw, arrival)).not.toHaveProperty('value.imported')
  expect(parseEvent(raw, { ...arrival, imported: true })).toMatchObject({ ok: true, value: { imported: true } })
})

test('WI10 a client cannot say that its event is verified, a secret key can', () => {
  const raw = { type: 'track', event: 'E', verified: true }
  expect(parseEvent(raw, arrival)).not.toHaveProperty('value.verified')
  expect(parseEvent(raw, { ...arrival, verified: true })).toMatchObject({ ok: true, value: { verified: true } })
})

test('WI8 events are ordered by timestamp, then receivedAt, then messageId', () => {
  const event = (timestamp: number, receivedAt: number, messageId: string) => ({ timestamp, receivedAt, messageId })
  const ordered = [event(1, 9, 'z'), event(2, 1, 'b'), event(2, 2, 'a'), event(2, 2, 'b')]
  expect(ordered.toReversed().sort(compareEvents)).toEqual(ordered)
})
