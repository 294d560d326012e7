import { describe, expect, test } from 'vitest'
import { basic, keys } from '../support/keys.ts'
import { moreKeys } from './conformance-workspace.ts'
import { countsOf, expectGoodRequest, fresh, send, track } from './wire.ts'

const places: [place: string, headers: Record<string, string>, query: string, body: object][] = [
  ['Basic user name with the colon', { authorization: basic(keys.browser) }, '', {}],
  [
    'Basic user name without the colon',
    { authorization: `Basic ${Buffer.from(keys.browser).toString('base64')}` },
    '',
    {},
  ],
  ['writeKey in the body', {}, '', { writeKey: keys.browser }],
  ['X-Write-Key', { 'x-write-key': keys.browser }, '', {}],
  ['?writeKey=', {}, `?writeKey=${keys.browser}`, {}],
]

describe('WI2 write key', () => {
  test.each(places)('as %s, to a single route and to a batch', async (_place, headers, query, body) => {
    const anonymousId = fresh('device')
    const single = await send(`/v1/track${query}`, JSON.stringify({ ...body, ...track(anonymousId, 'One') }), {
      headers,
    })
    const batch = JSON.stringify({ ...body, batch: [track(anonymousId, 'Two')] })
    const batched = await send(`/v1/batch${query}`, batch, { headers })
    expect([single.status, batched.status]).toEqual([200, 200])
    expect(await countsOf(anonymousId)).toEqual({ One: 1, Two: 1 })
  })

  const refused: [
    what: string,
    headers: Record<string, string>,
    query: string,
    body: object,
    status: number,
    code: string,
  ][] = [
    ['none at all', {}, '', {}, 401, 'unknown_write_key'],
    ['an unknown one', { authorization: basic('wk_nobody') }, '', {}, 401, 'unknown_write_key'],
    ['an unknown one in the body', {}, '', { writeKey: 'wk_nobody' }, 401, 'unknown_write_key'],
    ['an unknown one in the query', {}, '?writeKey=wk_nobody', {}, 401, 'unknown_write_key'],
    ['an empty one', { 'x-write-key': '' }, '', {}, 401, 'unknown_write_key'],
    ['Basic that is not base64', { authorization: 'Basic %%%' }, '', {}, 401, 'unknown_write_key'],
    ['a Bearer token', { authorization: `Bearer ${keys.browser}` }, '', {}, 401, 'unknown_write_key'],
    ['one that is no text', {}, '', { writeKey: { $ne: null } }, 401, 'unknown_write_key'],
    ['a name of every object', { 'x-write-key': 'constructor' }, '', {}, 401, 'unknown_write_key'],
    ["an administrator's token", { 'x-write-key': keys.admin }, '', {}, 401, 'unknown_write_key'],
    ['that of a source that is off', { 'x-write-key': moreKeys.disabled }, '', {}, 403, 'source_disabled'],
  ]

  test.each(refused)('%s is refused with a reason', async (_what, headers, query, body, status, code) => {
    const text = JSON.stringify({ ...body, ...track(fresh('device'), 'One') })
    const answered = await send(`/v1/track${query}`, text, { headers })
    expect(answered).toMatchObject({ status, body: { success: false, code } })
    expect(answered.body.message).toEqual(expect.stringMatching(/\w+ \w+/))
    await expectGoodRequest()
  })

  test('the public key of a source opens no administration', async () => {
    for (const key of [keys.browser, keys.server]) {
      const answered = await send('/admin/stats', '', { headers: { authorization: `Bearer ${key}` } })
      expect(answered).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
    }
  })
})
