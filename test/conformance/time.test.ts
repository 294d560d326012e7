import { describe, expect, test } from 'vitest'
import { fresh, post, profileOf, track } from './wire.ts'

const hour = 3_600_000
const iso = (at: number): string => new Date(at).toISOString()

/** Posts one event with these times; gives back what was stored. */
const stored = async (times: object, batch?: { sentAt: unknown }) => {
  const anonymousId = fresh('device')
  const event = { ...track(anonymousId, 'Timed'), ...times }
  const answered = batch ? await post('/v1/batch', { ...batch, batch: [event] }) : await post('/v1/track', event)
  expect(answered).toMatchObject({ status: 200, body: { accepted: 1 } })
  return (await profileOf(anonymousId))!.recent[0]!
}

describe('WI8 time', () => {
  test('a wrong device clock cancels out: receivedAt − (sentAt − timestamp)', async () => {
    for (const skew of [-24 * hour, -7_777, 0, 7_777, 24 * hour, 3_650 * 24 * hour]) {
      const sentAt = Date.now() + skew
      const { timestamp, receivedAt } = await stored({ timestamp: iso(sentAt - 1_500) }, { sentAt: iso(sentAt) })
      expect(receivedAt - timestamp).toBe(1_500)
    }
  })

  test('sentAt of the event itself holds on a single route', async () => {
    const sentAt = Date.now() - hour
    const event = await stored({ timestamp: iso(sentAt - 250), sentAt: iso(sentAt) })
    expect(event.receivedAt - event.timestamp).toBe(250)
    expect(event).toMatchObject({ sentAt, originalTimestamp: sentAt - 250 })
  })

  test('originalTimestamp wins over timestamp', async () => {
    const sentAt = Date.now()
    const times = { originalTimestamp: iso(sentAt - 3_000), timestamp: iso(sentAt - 10) }
    const event = await stored(times, { sentAt: iso(sentAt) })
    expect(event.receivedAt - event.timestamp).toBe(3_000)
  })

  test('without sentAt a time holds as sent', async () => {
    const at = Date.now() - 5 * hour
    expect(await stored({ timestamp: iso(at) })).toMatchObject({ timestamp: at })
  })

  test('without any time it is that of receipt', async () => {
    const { timestamp, receivedAt } = await stored({})
    expect(timestamp).toBe(receivedAt)
  })

  test('nothing happens after its receipt', async () => {
    const future = await stored({ timestamp: iso(Date.now() + hour) })
    expect(future.timestamp).toBe(future.receivedAt)
    const sentAt = Date.now()
    const after = await stored({ timestamp: iso(sentAt + 60_000) }, { sentAt: iso(sentAt) })
    expect(after.timestamp).toBe(after.receivedAt)
  })

  test('a batch whose sentAt cannot be read is taken without it', async () => {
    const at = Date.now() - 2 * hour
    expect(await stored({ timestamp: iso(at) }, { sentAt: 'soon' })).toMatchObject({ timestamp: at })
  })

  test('offsets and milliseconds are read', async () => {
    expect(await stored({ timestamp: '2026-03-01T12:00:00.123+05:30' })).toMatchObject({
      timestamp: Date.UTC(2026, 2, 1, 6, 30, 0, 123),
    })
  })

  test('a retry never changes it', async () => {
    const anonymousId = fresh('device')
    const event = { ...track(anonymousId, 'Timed'), timestamp: iso(Date.now() - 1_000) }
    await post('/v1/batch', { sentAt: iso(Date.now()), batch: [event] })
    const first = (await profileOf(anonymousId))!.recent
    const again = await post('/v1/batch', { sentAt: iso(Date.now() + 5_000), batch: [event] })
    expect(again.body).toMatchObject({ accepted: 0, duplicate: 1 })
    expect((await profileOf(anonymousId))!.recent).toEqual(first)
  })
})
