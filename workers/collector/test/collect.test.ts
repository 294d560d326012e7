import type { Workspace } from '@spartito/workspace'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  collect,
  fresh,
  identify,
  page,
  post,
  profileOf,
  publish,
  serverKey,
  track,
  workspace,
  writeKey,
} from './setup.ts'

const gated = 'wk_gated_1'

const sources: Workspace['sources'] = [
  ...workspace().sources,
  { id: 'gated', kind: 'browser', writeKey: gated, collect: ['analytics'] },
  { id: 'off', kind: 'browser', writeKey: 'wk_off_1', disabled: true },
  { id: 'bound', kind: 'browser', writeKey: 'wk_bound_1', origins: ['https://shop.example'] },
]

beforeAll(async () => {
  await publish(workspace({ sources }))
})

describe('WI4 partial success', () => {
  test('the good events of a batch are stored, each bad one says where and why', async () => {
    const a = fresh('a')
    const batch = [
      track({ anonymousId: a }),
      { type: 'track', anonymousId: a, messageId: 'bad' },
      page({ anonymousId: a }),
      page({}),
    ]
    expect(await collect(batch)).toEqual({
      success: true,
      accepted: 2,
      duplicate: 0,
      quarantined: 0,
      rejected: [
        { index: 1, messageId: 'bad', code: 'missing_event_name', message: expect.any(String) },
        { index: 3, messageId: expect.any(String), code: 'missing_identity', message: expect.any(String) },
      ],
      profile: { audiences: [] },
    })
  })

  test('an all-bad batch is 200 with nothing accepted', async () => {
    expect(await collect([{ type: 'x' }, 5])).toMatchObject({
      accepted: 0,
      rejected: [{ code: 'unknown_type' }, { code: 'invalid_field' }],
    })
  })

  test('the audiences are those of the visitor of the last event', async () => {
    const [a, b] = [fresh('a'), fresh('b')]
    const views = [1, 2, 3].map(() => track({ anonymousId: a }))
    expect((await collect([...views, page({ anonymousId: b })])).profile.audiences).toEqual([])
    expect((await collect([page({ anonymousId: b }), page({ anonymousId: a })])).profile.audiences).toEqual(['engaged'])
  })
})

describe('ID4 routing', () => {
  test('one request with many visitors reaches each of them', async () => {
    const people = Array.from({ length: 40 }, () => fresh('a'))
    expect(
      await collect(people.flatMap((anonymousId) => [page({ anonymousId }), page({ anonymousId })])),
    ).toMatchObject({ accepted: 80 })
    for (const person of people)
      expect((await profileOf('anonymous_id', person))!.events).toMatchObject({ page: { count: 2 } })
  })

  test('a page, the identify that follows it, and a page after it in one request are one profile', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([
      page({ anonymousId: a }),
      identify({ anonymousId: a, userId: A }),
      page({ anonymousId: a }),
      page({ anonymousId: a, userId: A }),
    ])
    expect((await profileOf('anonymous_id', a))!).toMatchObject({
      host: { value: A },
      events: { page: { count: 3 }, identify: { count: 1 } },
    })
  })

  test('WI3 200 visitors fit a request of a browser key, the 201st is refused by itself; a server key takes it', async () => {
    const batch = Array.from({ length: 201 }, () => page({ anonymousId: fresh('a') }))
    expect(await collect(batch)).toMatchObject({ accepted: 200, rejected: [{ index: 200, code: 'too_large_batch' }] })
    expect(await collect(batch, serverKey)).toMatchObject({ accepted: 1, duplicate: 200 })
  }, 30_000)

  test('ID2 an event of somebody who is nobody is refused with the reason', async () => {
    expect(await collect([page({ userId: 'null' })])).toMatchObject({
      rejected: [{ code: 'blocked_identifier', message: expect.stringContaining('"null"') }],
    })
  })
})

describe('CO3 a source that needs consent', () => {
  const consent = (analytics: boolean) => ({ context: { consent: { categoryPreferences: { analytics } } } })

  test.each([
    ['granted', consent(true), 1],
    ['denied', consent(false), 0],
    ['unknown', {}, 0],
  ])('%s', async (_state, context, accepted) => {
    const answer = await collect([track({ anonymousId: fresh('a'), ...context })], gated)
    expect(answer.accepted).toBe(accepted)
    if (accepted === 0) expect(answer.rejected[0]!.code).toBe('consent_denied')
  })

  test('CO6 the decision itself is taken, most of all when it is a denial, and ends what needed the purpose', async () => {
    await publish(
      workspace({
        sources,
        audiences: [{ id: 'engaged', expose: true, purposes: ['analytics'], when: { event: 'Product Viewed' } }],
      }),
    )
    const a = fresh('a')
    expect((await collect([track({ anonymousId: a, ...consent(true) })], gated)).profile.audiences).toEqual(['engaged'])
    const denial = track({ anonymousId: a, ...consent(false) }, 'Segment Consent Preference Updated')
    expect(await collect([denial], gated)).toMatchObject({ accepted: 1, profile: { audiences: [] } })
    const profile = (await profileOf('anonymous_id', a))!
    expect(profile.consent.analytics).toMatchObject({ state: 'denied', source: 'gated' })
  })
})

test('WI2 every place for the key but none is 401, an unknown one too, and says why', async () => {
  expect((await post([page({ anonymousId: 'a' })], 'wk_nobody')).status).toBe(401)
  expect(await (await post([page({ anonymousId: 'a' })], 'wk_nobody')).json()).toMatchObject({
    success: false,
    code: 'unknown_write_key',
  })
  expect((await post([page({ anonymousId: 'a' })], writeKey)).status).toBe(200)
})

test.each([
  ['a source that is switched off', 'wk_off_1', {}, 403, 'source_disabled'],
  ['an origin that the source does not name', 'wk_bound_1', { origin: 'https://evil.example' }, 403, 'origin_denied'],
  [
    'an origin that only begins like it',
    'wk_bound_1',
    { origin: 'https://shop.example.evil.example' },
    403,
    'origin_denied',
  ],
  ['the origin that it names', 'wk_bound_1', { origin: 'https://shop.example' }, 200, undefined],
  ['no origin, as servers send', 'wk_bound_1', {}, 200, undefined],
])('WI11 %s', async (_what, key, headers, status, code) => {
  const response = await post([page({ anonymousId: fresh('a') })], key, headers)
  expect(response.status).toBe(status)
  expect(((await response.json()) as { code?: string }).code).toBe(code)
})
