import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { type Answer, type Event, type EventUnit, parseEventUnit } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { app } from '../src/app.ts'
import { type Bot, botOf } from '../src/enrich/is-bot.ts'
import type { Env } from '../src/env.ts'
import { fresh, page, post, profileOf, publish, serverKey, stubOf, track, workspace, writeKey } from './setup.ts'

const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const headless = chrome.replace('Chrome/', 'HeadlessChrome/')

describe('who is a bot', () => {
  test.each<[userAgent: string, bot: Bot | undefined]>([
    [googlebot, 'crawler'],
    [`${chrome.replace(' Safari', ' (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Safari')}`, 'crawler'],
    ['Twitterbot/1.0', 'crawler'],
    ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'crawler'],
    [`${chrome} Chrome-Lighthouse`, 'crawler'],
    [headless, 'automation'],
    [`${chrome} Cypress/13.6.0`, 'automation'],
    [chrome, undefined],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1',
      undefined,
    ],
    // How an owner's own apps and servers send.
    ['okhttp/4.9.0', undefined],
    ['analytics-android/4.11.3', undefined],
    ['Shop/12 CFNetwork/1408.0.4 Darwin/22.5.0', undefined],
    ['Dart/3.2 (dart:io)', undefined],
    ['node', undefined],
    ['', undefined],
  ])('%s: %s', (userAgent, bot) => {
    expect(botOf(userAgent)).toBe(bot)
  })
})

const web: Source = { id: 'web', kind: 'browser', writeKey, consent: { policy: 'opt-out' } }
const till: Source = { id: 'till', kind: 'server', writeKey: serverKey, consent: { policy: 'opt-out' } }
const tolerant: Source = { ...web, id: 'tolerant', writeKey: 'wk_tolerant_1', bots: 'keep' }
const careful: Source = { ...web, id: 'careful', writeKey: 'wk_careful_1', collect: ['analytics'] }

const sent: EventUnit[] = []
let isDown = false

beforeAll(async () => {
  await publish(workspace({ sources: [web, till, tolerant, careful] }))
  const listen = ({ EVENTS }: Env): void => {
    vi.spyOn(EVENTS, 'send').mockImplementation(async (body) => {
      if (isDown) throw new Error('the queue is down')
      sent.push(parseEventUnit(body as string))
      return undefined as never
    })
  }
  listen(env as Env)
  await runInDurableObject(stubOf('anonymous_id', 'listener'), (visitor) =>
    listen((visitor as unknown as { env: Env }).env),
  )
})
beforeEach(() => {
  isDown = false
  sent.length = 0
})

/** Posts to the Worker with the variables that this test listens to. */
const send = async (path: string, body: object, userAgent: string, vars: Partial<Env> = {}) => {
  const headers = { 'user-agent': userAgent, 'content-type': 'application/json' }
  const response = await app.request(
    path,
    { method: 'POST', headers, body: JSON.stringify(body) },
    { ...(env as Env), ...vars },
  )
  return {
    status: response.status,
    cookie: response.headers.get('set-cookie'),
    body: (await response.json()) as Answer,
  }
}
const sendBatch = (batch: object[], userAgent: string, key = writeKey, vars: Partial<Env> = {}) =>
  send('/v1/batch', { writeKey: key, batch }, userAgent, vars)

const objects = async (): Promise<number> => (await listDurableObjectIds((env as Env).VISITOR)).length

describe('WI13 what bots send', () => {
  test('is told, is sent to the lake with its mark, and makes no object and no cookie', async () => {
    const before = await objects()
    const anonymousId = fresh('a')
    const { status, body, cookie } = await sendBatch([page({ anonymousId }), track({ anonymousId })], googlebot)
    expect({ status, cookie }).toEqual({ status: 200, cookie: null })
    expect(body).toMatchObject({
      success: true,
      accepted: 0,
      rejected: [
        { index: 0, code: 'bot' },
        { index: 1, code: 'bot' },
      ],
    })
    expect(await objects()).toBe(before)
    expect(sent).toMatchObject([{ visitor: '', profileId: '', code: 'bot' }])
    const events = sent[0]!.events.map((text) => JSON.parse(text) as Event)
    expect(events).toMatchObject([
      { type: 'page', anonymousId, context: { bot: true } },
      { type: 'track', anonymousId, context: { bot: true } },
    ])
  })

  test('is no fault of a single event: its route answers 200', async () => {
    const { status, body } = await send('/v1/page', { ...page({ anonymousId: fresh('a') }), writeKey }, googlebot)
    expect({ status, codes: body.rejected.map(({ code }) => code) }).toEqual({ status: 200, codes: ['bot'] })
  })

  test('and is sent again counts once: by the same unit', async () => {
    const batch = [page({ anonymousId: fresh('a') })]
    await sendBatch(batch, googlebot)
    await sendBatch(batch, googlebot)
    await sendBatch([page({ anonymousId: fresh('a') })], googlebot)
    const ids = sent.map(({ id }) => id)
    expect([ids.length, new Set(ids).size, ids[0] === ids[1]]).toEqual([3, 2, true])
  })

  test('and the queue does not take is to be sent again', async () => {
    isDown = true
    expect(await sendBatch([page({ anonymousId: fresh('a') })], googlebot)).toMatchObject({ status: 503 })
  })

  test('needs the consent that the source needs', async () => {
    const context = { consent: { categoryPreferences: { analytics: false } } }
    const { body } = await sendBatch([page({ anonymousId: fresh('a'), context })], googlebot, 'wk_careful_1')
    expect([body.rejected.map(({ code }) => code), sent]).toEqual([['consent_denied'], []])
  })

  test('is kept like a person’s where the source says so', async () => {
    const anonymousId = fresh('a')
    expect((await sendBatch([page({ anonymousId })], googlebot, 'wk_tolerant_1')).body.accepted).toBe(1)
    expect((await profileOf('anonymous_id', anonymousId))?.recent).toHaveLength(1)
  })

  test('through a server is known by the user agent that the event names; the others of the batch go on', async () => {
    const [bot, person] = [fresh('a'), fresh('a')]
    const batch = [
      page({ anonymousId: person, context: { userAgent: chrome } }),
      page({ anonymousId: bot, context: { userAgent: googlebot } }),
      page({ anonymousId: bot, context: { bot: true } }),
    ]
    const { body } = await sendBatch(batch, 'node', serverKey)
    expect(body).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'bot' },
        { index: 2, code: 'bot' },
      ],
    })
    expect(await profileOf('anonymous_id', person)).toBeDefined()
    expect(await profileOf('anonymous_id', bot)).toBeUndefined()
  })

  test('with a server’s own user agent is the server’s', async () => {
    const response = await post([page({ anonymousId: fresh('a') })], serverKey, { 'user-agent': googlebot })
    expect(await response.json()).toMatchObject({ accepted: 1, rejected: [] })
  })

  test.each<[where: string, vars: Partial<Env>, accepted: number]>([
    ['on the owner’s own machine it is a test of theirs', { DEVELOPMENT: 'true' }, 1],
    ['on the network it is a bot', { DEVELOPMENT: 'false' }, 0],
  ])('a browser that a program drives: %s', async (_where, vars, accepted) => {
    expect((await sendBatch([page({ anonymousId: fresh('a') })], headless, writeKey, vars)).body.accepted).toBe(
      accepted,
    )
  })
})
