import type { Event, JsonObject } from '@spartito/protocol'
import type { Source } from '@spartito/workspace'
import { beforeAll, describe, expect, test } from 'vitest'
import { enrichEvent } from '../src/enrich/enrich-event.ts'
import { readAgent } from '../src/enrich/read-agent.ts'
import { keptIp } from '../src/enrich/read-client.ts'
import { removed } from '../src/enrich/scrub-url.ts'
import { truncateIp } from '../src/enrich/truncate-ip.ts'
import { fresh, page, post, profileOf, publish, serverKey, workspace, writeKey } from './setup.ts'

const source = (ip?: Source['ip'], kind: Source['kind'] = 'browser'): Source => ({
  id: 'web',
  kind,
  writeKey,
  ...(ip && { ip }),
})

describe('addresses are truncated', () => {
  test.each([
    ['203.0.113.77', '203.0.113.0'],
    ['2001:db8:abcd:12:34::1', '2001:db8:abcd::'],
    ['::ffff:203.0.113.9', '203.0.113.0'],
    ['::1', '::'],
    ['127.0.0.1', '127.0.0.0'],
    ['203.0.113', undefined],
    ['203.0.113.077.1', undefined],
    ['unknown', undefined],
    ['', undefined],
  ])('%s → %s', (ip, kept) => {
    expect(truncateIp(ip)).toBe(kept)
  })

  test.each<[policy: Source['ip'], ip: string, kept: string | undefined]>([
    [undefined, '203.0.113.77', '203.0.113.0'],
    ['truncate', '203.0.113.77', '203.0.113.0'],
    ['keep', '203.0.113.77', '203.0.113.77'],
    ['drop', '203.0.113.77', undefined],
    ['keep', 'no address', undefined],
  ])('a source that says %s keeps of %s: %s', (policy, ip, kept) => {
    expect(keptIp(ip, source(policy))).toBe(kept)
  })
})

const chromeOnWindows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const safariOnPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'

describe('browser, system and device', () => {
  test.each<[agent: string, userAgent: string, hints: Record<string, string>, found: object]>([
    [
      'a desktop',
      chromeOnWindows,
      {},
      { browser: { name: 'Chrome', version: '131.0.0.0' }, os: { name: 'Windows' }, device: { type: 'desktop' } },
    ],
    ['a phone', safariOnPhone, {}, { browser: { name: 'Safari' }, os: { name: 'iOS' }, device: { type: 'mobile' } }],
    [
      'what client hints say holds over a frozen user agent',
      chromeOnWindows,
      { 'sec-ch-ua-platform': '"Windows"', 'sec-ch-ua-platform-version': '"15.0.0"', 'sec-ch-ua-mobile': '?0' },
      { os: { name: 'Windows', version: '15.0.0' }, device: { type: 'desktop' } },
    ],
    ['nonsense', 'x', {}, {}],
  ])('%s', (_agent, userAgent, hints, found) => {
    expect(readAgent(userAgent, new Headers(hints))).toMatchObject(found)
  })
})

describe('what is added', () => {
  const event = (context?: JsonObject, more: Partial<Event> = {}): Event => ({
    messageId: 'm',
    type: 'page',
    timestamp: 1,
    receivedAt: 1,
    source: 'web',
    ...(context && { context }),
    ...more,
  })
  const client = {
    ip: '203.0.113.0',
    location: { country: 'DE' },
    browser: { name: 'Firefox' },
    device: { type: 'desktop' },
  }

  test.each<[rule: string, given: JsonObject | undefined, kind: Source['kind'], context: object]>([
    ['all of it', undefined, 'browser', client],
    ['a browser cannot say where it is', { ip: '1.2.3.4', location: { country: 'XX' } }, 'browser', client],
    [
      'what it says of itself stays',
      { browser: { name: 'Mine' } },
      'browser',
      { ...client, browser: { name: 'Mine' } },
    ],
    [
      'a device that does not say its kind',
      { device: { id: 'd' } },
      'browser',
      { ...client, device: { id: 'd', type: 'desktop' } },
    ],
    [
      'a server says it for its visitors',
      { ip: '198.51.100.7', location: { city: 'Bonn' }, userAgent: safariOnPhone },
      'server',
      { ip: '198.51.100.0', location: { city: 'Bonn' }, os: { name: 'iOS' } },
    ],
  ])('%s', (_rule, given, kind, context) => {
    expect(enrichEvent(event(given), client, source(undefined, kind)).context).toMatchObject(context)
  })

  test.each<[rule: string, page: JsonObject, kept: object]>([
    ['its address says path and query', { url: 'https://a.example/x?b=1#/r' }, { path: '/x', search: '?b=1' }],
    ['what the page says of them stays', { url: 'https://a.example/x', path: '/y' }, { path: '/y' }],
    ['what is no address says nothing', { url: 'x' }, { url: 'x' }],
  ])('of a page %s', (_rule, given, kept) => {
    const { page: its } = enrichEvent(event({ page: given }), {}, source()).context!
    expect(its).toEqual({ ...given, ...kept })
  })

  const ad = 'https://a.example/x?utm_source=news&utm_campaign=may&gclid=1#utm_medium=no'
  const found = { source: 'news', name: 'may', gclid: '1' }
  test.each<[rule: string, given: Partial<Event>, campaign: object | undefined]>([
    ['of the page’s address', { context: { page: { url: ad } } }, found],
    [
      'of its query before its address',
      { context: { page: { search: '?utm_source=own', url: ad } } },
      { source: 'own' },
    ],
    ['of a page call’s properties', { properties: { url: ad } }, found],
    ['by names in any spelling', { context: { page: { search: '?utm%5Fsource=a+b' } } }, { source: 'a b' }],
    ['where the client names an empty one', { context: { campaign: {}, page: { url: ad } } }, found],
    [
      'before the address is scrubbed',
      { context: { page: { url: 'https://a.example/?utm_term=a@b.example' } } },
      { term: 'a@b.example' },
    ],
    [
      'but no key that a client may not send',
      { context: { page: { search: '?utm_constructor=x&utm_source=a%00b' } } },
      { source: 'ab' },
    ],
    [
      'but not over the client’s own',
      { context: { campaign: { source: 'mine' }, page: { url: ad } } },
      { source: 'mine' },
    ],
    ['but not of a link that a track names', { type: 'track', properties: { url: ad } }, undefined],
    ['but not of where the visitor came from', { context: { page: { referrer: ad } } }, undefined],
    ['but none of none', { context: { page: { url: 'https://a.example/?a=%20' } } }, undefined],
  ])('the campaign %s', (_rule, given, campaign) => {
    expect(enrichEvent(event(undefined, given), {}, source()).context?.campaign).toEqual(campaign)
  })

  test.each<[rule: string, given: JsonObject, locale: string]>([
    ['the request says it', {}, 'de-CH'],
    ['what the page says stays', { locale: 'fr' }, 'fr'],
  ])('the language: %s', (_rule, given, locale) => {
    expect(enrichEvent(event(given), { locale: 'de-CH' }, source()).context).toEqual({ locale })
  })

  test('nothing is added where nothing is known', () => {
    expect(enrichEvent(event(), {}, source())).toEqual(event())
  })

  test('what a browser says of its address is gone, also where nothing else is known', () => {
    expect(enrichEvent(event({ ip: '1.2.3.4', location: { country: 'XX' } }), {}, source('drop')).context).toEqual({})
  })

  test('what was sent stays as it was', () => {
    const sent = event(
      { ip: '1.2.3.4', device: { id: 'd' }, page: { url: 'https://a.example/?token=1' } },
      { properties: { url: 'https://a.example/?token=1' } },
    )
    const before = structuredClone(sent)
    enrichEvent(sent, client, source())
    expect(sent).toEqual(before)
  })

  test('what is filled in is the event’s own', () => {
    const first = enrichEvent(event(), client, source())
    ;(first.context!.browser as JsonObject).name = 'changed'
    expect(enrichEvent(event(), client, source()).context).toMatchObject({ browser: { name: 'Firefox' } })
  })

  test('the page and the properties are scrubbed', () => {
    const sent = event(
      { page: { url: 'https://a.example/?token=1', referrer: 'https://b.example/?email=e@x.example', title: 'A' } },
      { properties: { url: 'https://a.example/?token=1', note: '?token=1' } },
    )
    expect(enrichEvent(sent, {}, source())).toMatchObject({
      context: {
        page: {
          url: `https://a.example/?token=${removed}`,
          referrer: `https://b.example/?email=${removed}`,
          title: 'A',
        },
      },
      properties: { url: `https://a.example/?token=${removed}`, note: '?token=1' },
    })
  })
})

describe('as it is kept', () => {
  beforeAll(async () => {
    const sources = [
      ...workspace().sources,
      { id: 'quiet', kind: 'browser', writeKey: 'wk_quiet_1', ip: 'drop' } as const,
    ]
    await publish(workspace({ sources: sources.map((its) => ({ ...its, consent: { policy: 'opt-out' } })) }))
  })
  const from = {
    'cf-connecting-ip': '203.0.113.77',
    'user-agent': safariOnPhone,
    'accept-language': 'de-CH,de;q=0.9,en;q=0.8',
  }
  const contextOf = async (key: string, more: object = {}): Promise<JsonObject | undefined> => {
    const anonymousId = fresh('a')
    expect((await post([{ ...page({ anonymousId }), ...more }], key, from)).status).toBe(200)
    const [kept] = (await profileOf('anonymous_id', anonymousId))!.recent
    return (kept as unknown as Event).context
  }

  test('a page’s event has its address truncated, and the browser named', async () => {
    expect(await contextOf(writeKey)).toMatchObject({
      locale: 'de-CH',
      ip: '203.0.113.0',
      os: { name: 'iOS' },
      device: { type: 'mobile' },
    })
  })

  test('a source that drops addresses keeps none, nor a place', async () => {
    const context = await contextOf('wk_quiet_1', { context: { ip: '1.2.3.4' } })
    expect(context).not.toHaveProperty('ip')
    expect(context).not.toHaveProperty('location')
  })

  test('of a server’s request nothing is said about its visitors', async () => {
    expect(await contextOf(serverKey)).toBeUndefined()
  })
})
