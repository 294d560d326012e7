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
