import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClient } from './create-client.ts'
import { trackScreens } from './screens.ts'
import { pass } from './testing/pass.ts'
import { createPhone, namesOf } from './testing/phone.ts'
import { consentOfTracking, type TrackingStatus } from './tracking-transparency.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

describe('the app leaves and comes back', () => {
  test('what waits is sent when it leaves the foreground', async () => {
    const phone = createPhone()
    const client = phone.start()
    await pass(2_000)
    client.track('Last Look')
    await pass(20)
    phone.become('inactive')
    phone.become('background')
    await pass(100)
    expect(namesOf(phone)).toEqual(['Last Look'])
    expect(phone.requests).toBe(1)
  })

  test('stop ends the listening, and keeps what waits', async () => {
    const phone = createPhone()
    phone.isOnline = false
    const client = phone.start()
    client.track('Kept')
    await pass(2_000)
    client.stop()
    await pass(100)
    const { requests } = phone
    phone.become('background')
    phone.connect(true)
    phone.openLink('shop://x')
    await pass(100)
    expect(phone.requests).toBe(requests)
    expect([...phone.kept.values()].filter((value) => value.includes('Kept'))).toHaveLength(1)
  })
})

describe('what an event says', () => {
  test('app, device, system, screen, network, and the push token once there is one', async () => {
    const phone = createPhone()
    const client = phone.start()
    phone.connect(true, 'wifi')
    client.track('One')
    client.setPushToken('token-1')
    await pass(10_000)
    expect(phone.stored[0]!.context).toMatchObject({
      app: { name: 'Shop', version: '4.2', build: '77', namespace: 'example.shop' },
      device: { type: 'mobile', manufacturer: 'Apple', model: 'iPhone17,1' },
      os: { name: 'iOS', version: '26.1' },
      screen: { width: 390, height: 844, density: 3 },
      network: { wifi: true, cellular: false },
      library: { name: '@spartito/react-native' },
    })
    expect(phone.stored[0]!.context.device).not.toHaveProperty('token')
    expect(phone.stored[1]).toMatchObject({ type: 'identify', context: { device: { token: 'token-1' } } })
  })

  test('a link that opens the app, with its campaign', async () => {
    const phone = createPhone()
    phone.initialUrl = 'shop://product/7?token=s3cret&utm_source=mail&utm_campaign=spring'
    const client = phone.start()
    client.track('One')
    await pass(10_000)
    phone.openLink('shop://cart')
    await pass(10_000)
    expect(phone.stored.map(({ event, properties }) => [event, properties?.url])).toEqual(
      expect.arrayContaining([
        ['Deep Link Opened', 'shop://product/7?utm_source=mail&utm_campaign=spring'],
        ['Deep Link Opened', 'shop://cart'],
      ]),
    )
    expect(phone.stored[0]!.context.campaign).toMatchObject({ source: 'mail', name: 'spring' })
  })

  test('screens, each once a visit, without their parameters', async () => {
    const phone = createPhone()
    const client = phone.start()
    let listener = (): void => {}
    let route: { name: string; params?: object } | undefined
    const stop = trackScreens(
      {
        addListener: (_type, heard) => {
          listener = heard
          return () => {
            listener = () => {}
          }
        },
        getCurrentRoute: () => route,
      },
      client,
    )
    for (const name of ['Home', 'Product', 'Product', 'Home']) {
      route = { name, params: { email: 'ada@example.org' } }
      listener()
    }
    stop()
    route = { name: 'Cart' }
    listener()
    await pass(10_000)
    expect(phone.stored.map(({ type, name }) => [type, name])).toEqual(
      ['Home', 'Product', 'Home'].map((name) => ['screen', name]),
    )
    expect(JSON.stringify(phone.stored)).not.toContain('ada@')
  })
})

describe('CO5 consent', () => {
  test('before a choice nothing is kept and nothing is sent; granted, what was held is sent', async () => {
    const phone = createPhone()
    const client = phone.start({ policy: 'opt-in', purposes: ['analytics'] })
    client.track('Held')
    await pass(10_000)
    expect([phone.kept.size, phone.requests]).toEqual([0, 0])
    client.consent({ analytics: true })
    await pass(10_000)
    expect(namesOf(phone)).toEqual(['Held', 'Segment Consent Preference Updated'])
    client.consent({ analytics: false })
    await pass(10_000)
    expect([...phone.kept.values()].join()).not.toContain('anonymousId')
  })

  test.each<[status: TrackingStatus, choice: object]>([
    ['authorized', { advertising: true }],
    ['granted', { advertising: true }],
    ['denied', { advertising: false }],
    ['restricted', { advertising: false }],
    ['undetermined', {}],
    ['not-determined', {}],
    ['unavailable', {}],
  ])('CO1 App Tracking Transparency, %s', (status, choice) => {
    expect(consentOfTracking(status, ['advertising'])).toEqual(choice)
  })
})

test('an app without a source of randomness is told what to install', () => {
  const crypto = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!
  Object.defineProperty(globalThis, 'crypto', { configurable: true, value: undefined })
  try {
    expect(() => createClient({ writeKey: 'wk', collector: 'https://data.example' }, createPhone().host())).toThrow(
      'getRandomValues of expo-crypto',
    )
  } finally {
    Object.defineProperty(globalThis, 'crypto', crypto)
  }
})
