import { exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { tag, tagOfIdentity } from '../generated/tag.ts'
import { publish, workspace } from './setup.ts'

const key = 'wk_of_the_regional_tag'
const byRegion = [
  { regions: ['US-CA'], policy: 'opt-out' as const },
  { regions: ['US', 'JP'], policy: 'none' as const },
]

beforeAll(async () => {
  const source = { kind: 'browser' as const, consent: { policy: 'opt-in' as const, byRegion } }
  await publish(
    workspace({
      sources: [
        { id: 'regional', ...source, writeKey: key },
        { id: 'placeless', ...source, writeKey: 'wk_of_no_place', ip: 'drop' },
        { id: 'secret', kind: 'server', writeKey: 'sk_of_a_server' },
      ],
    }),
  )
})

const get = (path: string, from: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(new Request(`https://collector.example${path}`, { headers, cf: from as never }))

/** What the prefix makes of a script element's attributes; the tag itself is another's test. */
const attributesAfter = async (response: Response, dataset: Record<string, string> | undefined) => {
  const [prefix] = (await response.text()).split('\n')
  new Function('document', prefix!)({ currentScript: dataset && { dataset } })
  return dataset
}

describe('CO3 the tag starts as the law of its visitor says', () => {
  // biome-ignore format: a row a place
  test.each<[where: string, from: object, attributes: object]>([
    ['nowhere known', {}, { consent: 'opt-in' }],
    ['a country that none names', { country: 'DE' }, { consent: 'opt-in', region: 'DE' }],
    ['a part of a country', { country: 'US', regionCode: 'CA' }, { consent: 'opt-out', region: 'US-CA' }],
    ['where no law asks', { country: 'US', regionCode: 'TX' }, { consent: 'opt-out', region: 'US-TX' }],
    ['no part is known', { country: 'JP' }, { consent: 'opt-out', region: 'JP' }],
  ])('%s', async (_where, from, attributes) => {
    const response = await get(`/tag.region.js?writeKey=${key}`, from)
    expect(response.headers.get('cache-control')).toBe('private, max-age=300')
    expect(await attributesAfter(response, {})).toEqual(attributes)
  })

  test('what the page says itself holds, and an element that is none breaks nothing', async () => {
    const path = `/tag.region.js?writeKey=${key}`
    const own = { consent: 'opt-in', region: 'AT' }
    expect(await attributesAfter(await get(path, { country: 'JP' }), { ...own })).toEqual(own)
    expect(await attributesAfter(await get(path, { country: 'JP' }), undefined)).toBeUndefined()
  })

  test('the source keeps no place: the law is its place’s, the place is not told', async () => {
    const response = await get('/tag.region.js?writeKey=wk_of_no_place', { country: 'US', regionCode: 'CA' })
    expect(await attributesAfter(response, {})).toEqual({ consent: 'opt-out' })
  })

  test('the rest is the tag as it is, with and without identity tokens', async () => {
    const rest = async (path: string) =>
      (await (await get(`${path}?writeKey=${key}`)).text()).split('\n').slice(1).join('\n')
    expect(await rest('/tag.region.js')).toBe(tag.body)
    expect(await rest('/tag.region.identity.js')).toBe(tagOfIdentity.body)
  })
})

test('T22 another law is another answer, and the same one is not sent again', async () => {
  const path = `/tag.region.js?writeKey=${key}`
  const etag = (await get(path, { country: 'US', regionCode: 'CA' })).headers.get('etag')!
  const again = async (from: object) => (await get(path, from, { 'if-none-match': etag })).status
  expect(await again({ country: 'US', regionCode: 'CA' })).toBe(304)
  expect(await again({ country: 'DE' })).toBe(200)
  expect(await again({ country: 'US', regionCode: 'TX' })).toBe(200)
})

test.each([
  ['/tag.region.js'],
  ['/tag.region.js?writeKey=unknown'],
  ['/tag.region.identity.js?writeKey=sk_of_a_server'],
])('%s says what it needs, in the console of the page that asked', async (path) => {
  const response = await get(path)
  expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store'])
  expect(await response.text()).toMatch(/^console\.error\("Spartito: .* needs the write key of a browser source/)
})
