import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { countsOf, fresh, post, track } from './wire.ts'

const keysOf = (value: unknown): string[] => Object.keys(value as object).sort()
const answerKeys = ['accepted', 'duplicate', 'profile', 'quarantined', 'rejected', 'success']

describe('WI4 answers', () => {
  test.each([
    ['a single event', '/v1/track', track(fresh('device'), 'One')],
    ['a batch', '/v1/batch', { batch: [track(fresh('device'), 'One'), track(fresh('device'), 'Two')] }],
    ['an empty batch', '/v1/batch', { batch: [] }],
    ['an all-bad batch', '/v1/batch', { batch: [{ type: 'track', event: 'Nobody' }] }],
    ['an import', '/v1/import', { batch: [track(fresh('device'), 'One')] }, keys.server],
  ] as [string, string, object, string?][])(
    '%s has the same keys as every 2xx',
    async (_what, path, request, key = keys.browser) => {
      const { status, body, headers } = await post(path, request, { headers: { authorization: basic(key) } })
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(keysOf(body)).toEqual(answerKeys)
      expect(keysOf(body.profile)).toEqual(['audiences'])
      expect(body.success).toBe(true)
      expect(Array.isArray(body.rejected)).toBe(true)
    },
  )

  test('good events of a batch are stored when others are bad, at each place', async () => {
    const bad = { type: 'track', messageId: 'the-bad-one', anonymousId: fresh('device') }
    for (const at of [0, 1, 2, 3]) {
      const anonymousId = fresh('device')
      const good = [0, 1, 2].map(() => track(anonymousId, 'Good'))
      const { status, body } = await post('/v1/batch', { batch: good.toSpliced(at, 0, bad) })
      expect(status).toBe(200)
      expect(body).toMatchObject({ success: true, accepted: 3, duplicate: 0 })
      expect(body.rejected).toEqual([
        { index: at, messageId: 'the-bad-one', code: 'missing_event_name', message: expect.any(String) },
      ])
      expect(await countsOf(anonymousId)).toEqual({ Good: 3 })
    }
  })

  test('rejections come in the order of the events, whatever step refused them', async () => {
    const { body } = await post('/v1/batch', {
      batch: [{ type: 'track', event: 'Nobody' }, 'no object', track(fresh('device'), 'Good'), { type: 'dance' }, 7],
    })
    expect(body.accepted).toBe(1)
    expect(body.rejected?.map(({ index }) => index)).toEqual([0, 1, 3, 4])
  })

  test('a refusal has a code and a sentence', async () => {
    const { status, body } = await post('/v1/track', { event: 'Nobody' })
    expect(status).toBe(400)
    expect(keysOf(body)).toEqual(['code', 'message', 'success'])
    expect(body).toEqual({ success: false, code: 'missing_identity', message: expect.stringMatching(/\w+ \w+ \w+/) })
  })

  test("profile.audiences: the exposed ones of the last event's visitor, sorted", async () => {
    const [first, last] = [fresh('device'), fresh('device')]
    const { body } = await post('/v1/batch', {
      batch: [track(first, 'Order Completed'), track(last, 'Product Viewed'), track(last, 'Order Completed')],
    })
    expect(body.profile).toEqual({ audiences: ['buyers', 'viewing'] })
    const other = await post('/v1/batch', { batch: [track(last, 'Seen'), track(first, 'Seen')] })
    expect(other.body.profile).toEqual({ audiences: ['buyers'] })
  })

  test('ID11 a claimed identity is told what its own device brought, and no more', async () => {
    const userId = fresh('user')
    await post('/v1/batch', { batch: [{ ...track(fresh('device'), 'Order Completed'), userId }] })
    const stranger = { ...track(fresh('device'), 'Product Viewed'), userId }
    const claimed = await post('/v1/track', stranger)
    expect(claimed.body.profile).toEqual({ audiences: ['viewing'] })
    const verified = await post(
      '/v1/track',
      { ...track(fresh('device'), 'Seen'), userId },
      { headers: { authorization: '', 'x-write-key': keys.server } },
    )
    expect(verified.body.profile).toEqual({ audiences: ['buyers', 'viewing'] })
  })
})
