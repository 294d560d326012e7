import { exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { fresh, page, profileOf, publish, track, workspace } from './setup.ts'

const key = 'wk_of_regions'
const managedKey = 'wk_of_managers'

beforeAll(async () => {
  await publish(
    workspace({
      purposes: ['analytics', 'marketing'],
      sources: [
        ...workspace().sources,
        {
          id: 'regions',
          kind: 'browser',
          writeKey: key,
          collect: ['analytics'],
          consent: {
            policy: 'opt-in',
            byRegion: [
              { regions: ['US-CA', 'US-CO'], policy: 'opt-out' },
              { regions: ['US', 'JP'], policy: 'none' },
            ],
          },
        },
        {
          id: 'pixels',
          kind: 'browser',
          writeKey: 'wk_of_pixels',
          collect: ['analytics'],
          consent: { policy: 'opt-out' },
          ip: 'drop',
        },
        {
          id: 'managers',
          kind: 'browser',
          writeKey: managedKey,
          collect: ['analytics'],
          consent: { names: { C0002: 'analytics', C0004: 'marketing' } },
        },
      ],
    }),
  )
})

interface From {
  country?: string
  regionCode?: string
  gpc?: boolean
  writeKey?: string
}

const send = async (event: object, { country, regionCode, gpc = false, writeKey = key }: From = {}) => {
  const response = await exports.default.fetch(
    new Request('https://collector.example/v1/batch', {
      method: 'POST',
      headers: { 'x-write-key': writeKey, ...(gpc && { 'sec-gpc': '1' }) },
      body: JSON.stringify({ batch: [event] }),
      cf: { country, regionCode } as never,
    }),
  )
  const { accepted, rejected } = (await response.json()) as { accepted: number; rejected: { code: string }[] }
  return accepted === 1 ? 'accepted' : rejected[0]?.code
}

const preferring = (categoryPreferences: object) => ({ context: { consent: { categoryPreferences } } })

describe('CO3 a source’s law is that of where its visitor is', () => {
  test.each<[where: string, from: From, silent: string, refusing: string]>([
    ['nowhere known', {}, 'consent_denied', 'consent_denied'],
    ['a country that none names', { country: 'DE' }, 'consent_denied', 'consent_denied'],
    ['a part of a country', { country: 'US', regionCode: 'CA' }, 'accepted', 'consent_denied'],
    ['the rest of it', { country: 'US', regionCode: 'TX' }, 'accepted', 'consent_denied'],
    ['no part is known', { country: 'US' }, 'accepted', 'consent_denied'],
    ['a part of that name elsewhere', { country: 'DE', regionCode: 'CA' }, 'consent_denied', 'consent_denied'],
    [
      'Global Privacy Control under opt-out',
      { country: 'US', regionCode: 'CA', gpc: true },
      'consent_denied',
      'consent_denied',
    ],
    ['Global Privacy Control where no law listens', { country: 'JP', gpc: true }, 'accepted', 'consent_denied'],
  ])('%s', async (_where, from, silent, refusing) => {
    expect(await send(page({ anonymousId: fresh('a') }), from)).toBe(silent)
    expect(await send(page({ anonymousId: fresh('a'), ...preferring({ analytics: false }) }), from)).toBe(refusing)
    expect(await send(page({ anonymousId: fresh('a'), ...preferring({ analytics: true }) }), from)).toBe('accepted')
  })
})

describe('CO1 every way in is read and kept as received', () => {
  const managed = (allowedConsentIds: unknown, deniedConsentIds: unknown) => ({
    context: { consentManagement: { provider: 'oneTrust', allowedConsentIds, deniedConsentIds } },
  })
  const statesOf = async (anonymousId: string) =>
    Object.fromEntries(
      Object.entries((await profileOf('anonymous_id', anonymousId))!.consent).map(([purpose, { state }]) => [
        purpose,
        state,
      ]),
    )

  test.each<[way: string, event: object, gpc: boolean, states: object | string]>([
    [
      'Segment’s, by a manager’s names',
      preferring({ C0002: true, C0004: false }),
      false,
      { analytics: 'granted', marketing: 'denied' },
    ],
    ['RudderStack’s', managed(['C0002'], ['C0004']), false, { analytics: 'granted', marketing: 'denied' }],
    ['RudderStack’s, as an object', managed({ C0002: 'Performance' }, {}), false, { analytics: 'granted' }],
    ['RudderStack’s that denies', managed([], ['C0002']), false, 'consent_denied'],
    [
      'Global Privacy Control beside a choice',
      preferring({ analytics: true }),
      true,
      { analytics: 'granted', marketing: 'denied' },
    ],
  ])('%s', async (_way, event, gpc, states) => {
    const anonymousId = fresh('managed')
    const told = await send(track({ anonymousId, ...event }), { gpc, writeKey: managedKey })
    if (typeof states === 'string') return expect(told).toBe(states)
    expect(told).toBe('accepted')
    expect(await statesOf(anonymousId)).toEqual(states)
    const { recent } = (await profileOf('anonymous_id', anonymousId))!
    expect(recent[0]).toMatchObject('context' in event && 'consentManagement' in (event.context as object) ? event : {})
  })
})

describe('CO1 Global Privacy Control is heard where a page loads the pixel', () => {
  test.each([
    [true, 'consent_denied'],
    [false, null],
  ])('with the signal: %s', async (gpc, code) => {
    const query = new URLSearchParams({ writeKey: 'wk_of_pixels', event: 'Opened', anonymousId: fresh('pixel') })
    const response = await exports.default.fetch(
      new Request(`https://collector.example/pixel?${query}`, { headers: gpc ? { 'sec-gpc': '1' } : {} }),
    )
    expect(response.headers.get('x-spartito-code')).toBe(code)
  })
})

describe('CO1 a decision is recorded with its ground, and the profile keeps it', () => {
  const decide = (properties: object, consent: object) => ({
    type: 'track',
    event: 'Segment Consent Preference Updated',
    anonymousId: fresh('decider'),
    properties,
    context: { consent },
  })
  const said = { source: 'banner', policyVersion: 7, shown: 'Your choice (en)', proof: 'Refuse all' }
  const choice = { categoryPreferences: { analytics: false, marketing: true } }

  test.each<[what: string, from: From, record: object]>([
    ['under a law of a part', { country: 'US', regionCode: 'CA' }, { law: 'opt-out', region: 'US-CA' }],
    ['under the source’s own', { country: 'DE' }, { law: 'opt-in', region: 'DE' }],
    ['under none', { country: 'JP' }, { law: 'none', region: 'JP' }],
    ['from nowhere known', {}, { law: 'opt-in' }],
  ])('%s', async (_what, from, record) => {
    const event = decide(said, { ...choice, law: 'none', region: 'XX', gpc: true })
    expect(await send(event, from)).toBe('accepted')
    const { decisions, recent } = (await profileOf('anonymous_id', event.anonymousId))!
    expect(decisions).toEqual([
      {
        messageId: expect.any(String),
        timestamp: expect.any(Number),
        receivedAt: expect.any(Number),
        source: 'regions',
        choice: choice.categoryPreferences,
        basis: 'expressed',
        via: 'banner',
        policyVersion: '7',
        shown: 'Your choice (en)',
        proof: 'Refuse all',
        ...record,
      },
    ])
    // What a page says of these itself is not what the collector knows.
    expect(recent[0]).toMatchObject({ context: { consent: { ...choice, ...record } } })
    expect((recent[0] as { context: { consent: object } }).context.consent).not.toHaveProperty('gpc')
  })

  test('a signal of the browser and a manager’s own names are kept as received', async () => {
    const event = decide({ source: 'onetrust' }, { categoryPreferences: { C0002: true } })
    expect(await send(event, { gpc: true, writeKey: managedKey })).toBe('accepted')
    const { recent, decisions } = (await profileOf('anonymous_id', event.anonymousId))!
    expect(recent[0]).toMatchObject({ context: { consent: { received: { C0002: true }, gpc: true } } })
    expect(decisions[0]!.choice).toEqual({ analytics: true, marketing: false })
  })

  test('a source that keeps no address keeps no place of it', async () => {
    const event = decide({}, choice)
    expect(await send(event, { country: 'US', regionCode: 'CA', writeKey: 'wk_of_pixels' })).toBe('accepted')
    const [made] = (await profileOf('anonymous_id', event.anonymousId))!.decisions
    expect(made).toMatchObject({ law: 'opt-out' })
    expect(made).not.toHaveProperty('region')
  })

  test('what carries it along is no decision', async () => {
    const anonymousId = fresh('carrier')
    await send(page({ anonymousId, ...preferring({ analytics: true }) }))
    expect((await profileOf('anonymous_id', anonymousId))!.decisions).toEqual([])
  })
})
