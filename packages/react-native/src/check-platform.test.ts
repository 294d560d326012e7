import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { checkPlatform } from './check-platform.ts'
import { createClient } from './create-client.ts'
import { pass } from './testing/pass.ts'
import { createPhone } from './testing/phone.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

test.each(['TextEncoder', 'AbortController', 'URL'])(
  'an app without %s is told, since nothing would be sent',
  (name) => {
    expect(() => checkPlatform({ TextEncoder, AbortController, URL, [name]: undefined })).toThrow(`has no ${name}`)
  },
)

test.each(['', 'data.shop.example', 'shop://data', '/v1'])(
  'a collector that is no address is told: %s',
  (collector) => {
    expect(() => createClient({ writeKey: 'wk', collector }, createPhone().host())).toThrow('such as https://')
  },
)

test.each(['https://Data.Shop.example', 'https://data.shop.example/tag.js', 'https://data.shop.example/?x=1'])(
  'batches go to the origin of %s, also where the URL of the platform knows no paths',
  async (collector) => {
    const urls: string[] = []
    const fetch = (async (url: string) => {
      urls.push(url)
      return { status: 200, headers: { get: () => null }, json: async () => ({}) }
    }) as unknown as typeof globalThis.fetch
    const client = createClient(
      { writeKey: 'wk', collector, consent: { policy: 'opt-out' } },
      { ...createPhone().host(), fetch },
    )
    client.track('One')
    await pass(5_000)
    client.stop()
    expect(urls).toEqual(['https://data.shop.example/v1/batch'])
  },
)
