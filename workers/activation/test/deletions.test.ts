import { env } from 'cloudflare:workers'
import type { DestinationRequest, ErasedPerson } from '@spartito/destinations'
import type { Destination } from '@spartito/workspace'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createDeletions } from '../src/deliveries/ask-deletion.ts'
import { type Kind, kindOf } from '../src/destinations/kind-of.ts'
import type { Answer } from './answers.ts'
import { asked, exit, hookOf, objectOf, publish, script, startClock, stopClock, take, untilNoted } from './setup.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const of = (type: string, ...values: string[]) => values.map((value) => ({ type, value }))
const personOf = (...identifiers: ErasedPerson['identifiers']): ErasedPerson => ({
  erasureId: '01E',
  at: 1_769_860_800_000,
  profileIds: ['P1'],
  identifiers,
})
const emails = ['ada@one.example', 'ada@two.example', 'ada@three.example']
const ada = personOf(...of('email', ...emails), ...of('user_id', 'u-ada'), ...of('anonymous_id', 'a-phone', 'a-laptop'))

/** An API that takes one e-mail address at a time. */
const oneByOne = (id: string, more: object = {}) =>
  ({
    id,
    type: 'http',
    purposes: ['marketing'],
    audiences: [],
    settings: {
      secret: 'k3y',
      erased: {
        method: 'DELETE',
        url: `${hookOf(id)}/people/{{identifiers.email}}`,
        headers: { authorization: 'Bearer {{secret}}' },
        each: 'email',
      },
    },
    ...more,
  }) as Destination

/** As the erasure asks: of the destination's object. */
const ask = (destination: Destination, person = ada) =>
  objectOf(destination.id).deletePerson(JSON.stringify(destination), JSON.stringify(person))

const paths = async (id: string): Promise<string[]> => (await asked(id)).map(({ path }) => decodeURIComponent(path))
const all = emails.map((email) => `people/${email}`)

describe('CO7 the requests of a deletion go out one after the other', () => {
  test('and it is done when all were taken', async () => {
    await script('takes', [{ status: 204 }])
    expect(await ask(oneByOne('takes'))).toEqual({ state: 'done' })
    expect(await paths('takes')).toEqual(all)
    expect((await asked('takes'))[0]).toMatchObject({ method: 'DELETE', authorization: 'Bearer k3y', body: '' })
  })

  test('a webhook hears the same under the same id, however often it is asked', async () => {
    await script('hears', [{ status: 503 }, { status: 204 }])
    const settings = { url: hookOf('hears'), secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }
    const hears = { id: 'hears', type: 'webhook', purposes: ['marketing'], audiences: [], settings } as Destination
    expect(await ask(hears)).toEqual({ state: 'failed', reason: 'the endpoint answered 503' })
    expect(await ask(hears)).toEqual({ state: 'done' })
    const arrived = await asked('hears')
    expect(arrived.map(({ id }) => id)).toEqual(['erasure:01E', 'erasure:01E'])
    expect(new Set(arrived.map(({ body }) => body)).size).toBe(1)
    expect(JSON.parse(arrived[0]!.body)).toMatchObject({ type: 'profile.erased', identifiers: ada.identifiers })
  })

  test('what fails ends it, and asked again it makes the same requests', async () => {
    await script('fails', [{ status: 204 }, { status: 500 }, { status: 204 }])
    const fails = oneByOne('fails')
    expect(await ask(fails)).toEqual({ state: 'failed', reason: 'the endpoint answered 500 (request 2 of 3)' })
    expect(await paths('fails')).toEqual(all.slice(0, 2))
    expect(await ask(fails)).toEqual({ state: 'done' })
    expect(await paths('fails')).toEqual([...all.slice(0, 2), ...all])
  })

  test('what is refused keeps none of the others from being asked for', async () => {
    await script('refuses', [{ status: 404 }, { status: 403 }, { status: 204 }])
    const reason = 'the endpoint answered 404 (request 1 of 3)'
    expect(await ask(oneByOne('refuses'))).toEqual({ state: 'refused', reason })
    expect(await paths('refuses')).toEqual(all)
  })

  test('a connection that breaks off fails; nobody goes where a redirect leads', async () => {
    await script('breaks-off', [{ how: 'reset' }])
    expect(await ask(oneByOne('breaks-off'))).toMatchObject({ state: 'failed' })
    await script('redirects', [{ status: 301, location: '/hook/led' }])
    expect(await ask(oneByOne('redirects'))).toMatchObject({ state: 'refused' })
    expect(await asked('led')).toEqual([])
  })

  test('more than 100 are not made, and the receipt says so', async () => {
    const many = personOf(...of('email', ...Array.from({ length: 101 }, (_, n) => `ada${n}@x.example`)))
    expect(await ask(oneByOne('many'), many)).toEqual({
      state: 'none',
      reason: 'it would take 101 requests, and 100 are made at most: delete the person there by hand',
    })
    expect(await asked('many')).toEqual([])
  })
})

describe('CO7 an API that takes few in a second', () => {
  const waitsOf = async (id: string, answers: Answer[], more: object = {}) => {
    const waits: number[] = []
    startClock()
    vi.spyOn(scheduler, 'wait').mockImplementation(async (ms) => {
      waits.push(ms)
      vi.setSystemTime(Date.now() + ms)
    })
    await script(id, answers)
    const deleted = await createDeletions(env)(oneByOne(id, more), ada)
    stopClock()
    return { waits, deleted, asked: await paths(id) }
  }

  test('is given the time that maxPerSecond says', async () => {
    const { waits, deleted, asked } = await waitsOf('paced', [{}], { maxPerSecond: 2 })
    expect([waits, deleted, asked]).toEqual([[500, 500], { state: 'done' }, all])
  })

  test('is not waited for longer than two minutes', async () => {
    const { waits, deleted, asked } = await waitsOf('unhurried', [{}], { maxPerSecond: 0.01 })
    expect([waits, asked]).toEqual([[100_000], all.slice(0, 2)])
    expect(deleted).toEqual({ state: 'failed', reason: '2 of 3 requests were made within 120 s' })
  })

  test('is asked again when it says when', async () => {
    const busy: Answer = { status: 429, retryAfter: '3' }
    const { waits, deleted, asked } = await waitsOf('hurried', [{}, busy, busy, {}])
    expect([waits, deleted]).toEqual([[3_000, 3_000], { state: 'done' }])
    expect(asked).toEqual([all[0], all[1], all[1], all[1], all[2]])
  })

  test('but not for ever, and not for long', async () => {
    const ever = await waitsOf('ever', [{ status: 429, retryAfter: '1' }])
    expect([ever.waits, ever.deleted.state, ever.asked.length]).toEqual([[1_000, 1_000], 'failed', 3])
    const long = await waitsOf('long', [{ status: 429, retryAfter: '60' }])
    expect([long.waits, long.deleted.state, long.asked.length]).toEqual([[], 'failed', 1])
  })
})

/** GA4, with Google's hosts at the scripted endpoint: its real ones are fixed. */
const googleAt = (id: string): Kind => {
  const ga4 = kindOf({ type: 'ga4' } as Destination)!
  const { authorize, requests } = ga4.deletion!
  const here = <R extends DestinationRequest>(request: R): R => ({
    ...request,
    url: request.url
      .replace('https://oauth2.googleapis.com/', `${hookOf(`${id}-oauth`)}/`)
      .replace('https://analyticsadmin.googleapis.com/', `${hookOf(id)}/`),
  })
  return {
    ...ga4,
    deletion: {
      ...ga4.deletion!,
      authorize: { ...authorize!, request: (...given) => here(authorize!.request(...given)) },
      requests: (...given) => requests(...given).map(here) as never,
    },
  }
}

const analytics = {
  id: 'ga',
  type: 'ga4',
  purposes: ['analytics'],
  audiences: [],
  settings: {
    measurementId: 'G-ABC1234567',
    secret: { env: 'NOT_SET' },
    deletion: { propertyId: '123', clientId: 'c', clientSecret: 'cs', refreshToken: 'rt' },
  },
} as unknown as Destination

describe('CO7 a deletion that needs a token', () => {
  const token = (value: string): Answer => ({ body: JSON.stringify({ access_token: value, expires_in: 3_599 }) })
  const deletions = (id: string) => createDeletions(env, () => googleAt(id))

  test('asks for it once, for all requests and for the next person', async () => {
    await script('google-oauth', [token('ya29')])
    await script('google', [{ body: '{"deletionRequestTime":"2026-01-31T12:00:00Z"}' }])
    const askDeletion = deletions('google')
    expect(await askDeletion(analytics, ada)).toEqual({ state: 'done' })
    expect(await askDeletion(analytics, personOf(...of('user_id', 'u-eve')))).toEqual({ state: 'done' })
    expect((await asked('google-oauth')).map(({ path }) => path)).toEqual(['token'])
    const requests = await asked('google')
    expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
      { userId: 'u-ada' },
      { clientId: 'a-phone' },
      { clientId: 'a-laptop' },
      { userId: 'u-eve' },
    ])
    for (const { method, path, authorization } of requests)
      expect([method, path, authorization]).toEqual([
        'POST',
        'v1alpha/properties/123:submitUserDeletion',
        'Bearer ya29',
      ])
  })

  test('asks for another when it is not taken any more', async () => {
    await script('ended-oauth', [token('old'), token('new')])
    await script('ended', [{ status: 401 }, {}])
    const askDeletion = deletions('ended')
    const reason = 'Google did not take the access token (request 1 of 3)'
    expect(await askDeletion(analytics, ada)).toEqual({ state: 'failed', reason })
    expect(await askDeletion(analytics, ada)).toEqual({ state: 'done' })
    expect((await asked('ended')).map(({ authorization }) => authorization)).toEqual([
      'Bearer old',
      ...Array.from({ length: 3 }, () => 'Bearer new'),
    ])
  })

  test('asks for nothing without one, and waits for whoever mends it', async () => {
    await script('denied-oauth', [{ status: 400, body: '{"error":"invalid_grant"}' }])
    expect(await deletions('denied')(analytics, ada)).toEqual({
      state: 'failed',
      reason: 'Google does not know the refresh token any more: make a new one, and set its Worker secret',
    })
    expect(await asked('denied')).toEqual([])
  })

  test('asks for none where there is nobody to delete', async () => {
    expect(await deletions('nobody')(analytics, personOf(...of('email', 'ada@x.example')))).toMatchObject({
      state: 'none',
    })
    expect(await asked('nobody-oauth')).toEqual([])
  })
})

describe('CO7 what keeps a destination from being asked', () => {
  test('a secret that is missing is waited for, and holds up no delivery', async () => {
    startClock()
    const settings = { url: hookOf('tokenless'), writeKey: 'wk', deletionToken: { env: 'NOT_SET_EITHER' } }
    await publish('tokenless', [{}], { type: 'segment', settings } as Partial<Destination>)
    const user = of('user_id', 'u-ada')
    await take('tokenless', exit('ADA', 1, { identifiers: user }))
    await untilNoted('tokenless')
    expect(await objectOf('tokenless').summary()).toMatchObject({ delivered: 1, pending: 0 })
    const tokenless = { id: 'tokenless', type: 'segment', settings } as unknown as Destination
    expect(await ask(tokenless)).toEqual({
      state: 'failed',
      reason: 'the secret NOT_SET_EITHER of tokenless is not set: wrangler secret put NOT_SET_EITHER',
    })
    stopClock()
  })

  test.each<[what: string, destination: object, reason: string]>([
    ['a kind that has no such API', { id: 'm', type: 'meta' }, 'meta has no deletion that is asked for here'],
    ['a kind that is none', { id: 'k', type: 'kind' }, 'kind has no deletion that is asked for here'],
    ['settings without one', { id: 'h', type: 'http', settings: {} }, 'its settings have no request for erased'],
  ])('%s', async (_what, destination, reason) => {
    expect(await ask(destination as Destination)).toEqual({ state: 'none', reason })
  })

  test('somebody whom it cannot know by anything', async () => {
    const reason = 'the person has no email'
    expect(await ask(oneByOne('unknown'), personOf(...of('user_id', 'u-ada')))).toEqual({ state: 'none', reason })
    expect(await asked('unknown')).toEqual([])
  })

  test('settings that make no request are refused, and end no erasure', async () => {
    const webhook = {
      id: 'w',
      type: 'webhook',
      settings: { url: hookOf('w'), secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', headers: null },
    }
    expect(await ask(webhook as unknown as Destination)).toMatchObject({ state: 'refused' })
  })
})
