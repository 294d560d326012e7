import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { downloadLake } from '../support/download-lake.ts'
import { basic, keys } from '../support/keys.ts'
import { queryLake } from '../support/query-lake.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'
import { conformanceWorkspace } from './conformance-workspace.ts'
import { post, track } from './wire.ts'

let spartito: Spartito
let folder: TempFolder

beforeAll(async () => {
  folder = await makeTempFolder('lake')
  spartito = await startSpartito({ folder: folder.path, eventsBatchSeconds: 1 })
  await spartito.admin.publish(conformanceWorkspace)
  return async () => {
    await spartito.runtime.stop()
    await folder.remove()
  }
})

const phone =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36'
const crawler = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

const send = async (batch: object[], agent: string): Promise<void> => {
  const { status } = await post('/v1/batch', { batch }, { to: spartito.collector, headers: { 'user-agent': agent } })
  expect(status).toBe(200)
}

const day = 86_400_000
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()

/** Waits until the lake has so many events, and copies the files of a kind. */
const copyOnce = async (accepted: number, kind: string, to: string) => {
  const count = async () => {
    const { sources } = await spartito.admin.stats()
    return sources.reduce((sum, its) => sum + its.accepted + (its.rejected.bot ?? 0), 0)
  }
  await vi.waitFor(async () => expect(await count()).toBe(accepted), { timeout: 15_000, interval: 200 })
  return downloadLake(spartito.collector, keys.reader, kind, to)
}

describe('LA1 what analysts ask first is a column with a type', () => {
  const page = {
    type: 'page',
    messageId: 'm-page',
    anonymousId: 'ann',
    userId: 'u-1',
    name: 'Product',
    context: {
      sessionId: 1_763_800_000_000,
      groupId: 'ignored',
      page: {
        url: 'https://shop.example/p/1?utm_source=news&utm_medium=email&utm_campaign=autumn&utm_term=t&utm_content=c',
        title: 'Shoes',
        referrer: 'https://search.example/',
      },
    },
    properties: { price: 9.5 },
  }
  let copy: string

  beforeAll(async () => {
    await send([page], phone)
    await send([track('bot', 'Crawled', { messageId: 'm-bot' })], crawler)
    await send([track('ann', 'Old', { messageId: 'm-late', timestamp: ago(31 * day) })], phone)
    const consent = { categoryPreferences: { analytics: true, marketing: false } }
    await send(
      [
        track('ann', 'Segment Consent Preference Updated', { messageId: 'm-consent', context: { consent } }),
        track('ann', 'Carried Along', { messageId: 'm-carried', context: { consent } }),
      ],
      phone,
    )
    const response = await fetch(`${spartito.collector}/v1/import`, {
      method: 'POST',
      headers: { authorization: basic(keys.server) },
      body: JSON.stringify({ batch: [track('ann', 'Imported', { messageId: 'm-import', timestamp: ago(400 * day) })] }),
    })
    expect(response.status).toBe(200)
    copy = join(folder.path, 'columns')
    await copyOnce(6, 'events', copy)
    await downloadLake(spartito.collector, keys.reader, 'consents', copy)
  }, 30_000)

  test('of a page view, all of them', async () => {
    const names = `event, name, type, source, anonymous_id, user_id, session_id, page_path, page_title, page_referrer, campaign_source,
      campaign_medium, campaign_name, campaign_term, campaign_content, device_type, os, browser, is_bot, is_late, is_imported, code`
    const [row] = await queryLake(copy, names, "WHERE message_id = 'm-page'")
    expect(row).toEqual([
      ...[null, 'Product', 'page', expect.any(String), 'ann', 'u-1', '1763800000000'],
      ...['/p/1', 'Shoes', 'https://search.example/', 'news', 'email', 'autumn', 't', 'c'],
      ...['mobile', 'Android', 'Chrome', false, false, false, null],
    ])
  })

  test('times are TIMESTAMP, marks are BOOLEAN, JSON is text that DuckDB reads into', async () => {
    const types = 'DISTINCT typeof(timestamp), typeof(received_at), typeof(is_bot), typeof(page_url)'
    expect(await queryLake(copy, types)).toEqual([['TIMESTAMP', 'TIMESTAMP', 'BOOLEAN', 'VARCHAR']])
    expect(await queryLake(copy, "properties->>'price'", "WHERE message_id = 'm-page'")).toEqual([['9.5']])
  })

  test.each([
    ['m-bot', [true, false, false, 'bot']],
    ['m-late', [false, true, false, null]],
    ['m-import', [false, false, true, null]],
  ])('what sets %s apart is a mark', async (messageId, marks) => {
    expect(await queryLake(copy, 'is_bot, is_late, is_imported, code', `WHERE message_id = '${messageId}'`)).toEqual([
      marks,
    ])
  })

  test('CO1 a decision about consent is a row a purpose, and what carries it along is none', async () => {
    const rows = await queryLake(
      copy,
      'message_id, anonymous_id, purpose, is_granted, profile_id IS NOT NULL, decided_at <= received_at',
      'ORDER BY purpose',
      'consents',
    )
    expect(rows).toEqual([
      ['m-consent', 'ann', 'analytics', true, true, true],
      ['m-consent', 'ann', 'marketing', false, true, true],
    ])
  })
})

const administer = async <T>(path: string, method = 'GET'): Promise<T> => {
  const headers = { authorization: `Bearer ${keys.admin}` }
  const response = await fetch(`${spartito.collector}/admin/lake/${path}`, { method, headers })
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

interface ManifestAnswer {
  sources: {
    source: string
    hour: string
    received: number
    accepted: number
    kept: object
    difference: number
    differences: object[]
  }[]
  manifests: { kind: string; files: { rows: number }[]; rows: number; distinct: number; hash: string }[]
}

const sinceYesterday = `from=${new Date(Date.now() - day).toISOString().slice(0, 13)}&to=${new Date().toISOString().slice(0, 13)}`

describe('LA3 files of an hour are joined', () => {
  test('when asked, and each event stays there once, with the same manifest', async () => {
    await send([track('zoe', 'Seen', { messageId: 'm-zoe' })], phone)
    const before = join(folder.path, 'before')
    const files = await copyOnce(7, 'events', before)
    expect(files.length).toBeGreaterThan(1)
    expect(files.reduce((sum, { rows = 0 }) => sum + rows, 0)).toBe(7)
    const ids = await queryLake(before, 'message_id', 'ORDER BY ALL')
    const seen = await administer<ManifestAnswer>(`manifest?${sinceYesterday}`)

    expect(await administer(`compact?${sinceYesterday}`, 'POST')).toEqual({ left: 0 })
    const after = join(folder.path, 'after')
    const joined = await downloadLake(spartito.collector, keys.reader, 'events', after, 1)
    // Two, when the hour has changed meanwhile.
    expect(joined.length).toBeLessThan(files.length)
    expect(await queryLake(after, 'message_id', 'ORDER BY ALL')).toEqual(ids)
    expect(await queryLake(after, 'count(*)', 'WHERE is_bot', 'events')).toEqual([[1n]])
    const { sources, manifests } = await administer<ManifestAnswer>(`manifest?${sinceYesterday}`)
    expect(manifests.map(({ hash, distinct }) => [hash, distinct])).toEqual(
      seen.manifests.map(({ hash, distinct }) => [hash, distinct]),
    )
    for (const { rows, distinct } of manifests) expect(rows).toBe(distinct)
    expect(sources.reduce((sum, { received }) => sum + received, 0)).toBe(7)
    for (const { difference, differences } of sources) expect([difference, differences]).toEqual([0, []])
  })

  test.each([
    ['manifest?from=soon'],
    ['manifest?from=2026-01-01&to=2026-02-01'],
    ['files?kind=other'],
    ['files?kind=events&limit=0'],
    ['file?key=parked/events/x.txt'],
  ])('%s is refused with what to ask', async (path) => {
    const response = await fetch(`${spartito.collector}/admin/lake/${path}`, {
      headers: { authorization: `Bearer ${keys.reader}` },
    })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'invalid_field'])
  })
})

test('LA1 each profile is a row a day, with who it is, what it did and what it is in; walked again it is there once', async () => {
  await send([track('buyer', 'Order Completed', { messageId: 'm-order' })], phone)
  await send(
    [{ type: 'identify', messageId: 'm-identify', anonymousId: 'buyer', userId: 'u-2', traits: { plan: 'pro' } }],
    phone,
  )
  const walk = async () => {
    await administer('profiles', 'POST')
    const progress = async () =>
      (await administer<{ walk: { isDone: boolean; profiles: number; failed: number } }>('profiles')).walk
    await vi.waitFor(async () => expect((await progress()).isDone).toBe(true), { timeout: 15_000, interval: 200 })
    return progress()
  }
  await copyOnce(9, 'events', join(folder.path, 'unused'))
  expect(await walk()).toMatchObject({ profiles: 3, failed: 0 })
  await walk()
  const copy = join(folder.path, 'profiles-copy')
  await downloadLake(spartito.collector, keys.reader, 'profiles', copy)
  const rows = await queryLake(
    copy,
    `day = CURRENT_DATE OR day = CURRENT_DATE - 1, events, traits->>'plan', audiences->>'$[0].id', consents->>'marketing',
     event_counts->>'Order Completed', len(profile_id), first_seen <= last_seen`,
    `WHERE identifiers LIKE '%"u-2"%'`,
    'profiles',
  )
  expect(rows).toEqual([[true, 2n, 'pro', 'buyers', null, '1', 26n, true]])
  expect(await queryLake(copy, 'count(*), count(DISTINCT profile_id)', '', 'profiles')).toEqual([[3n, 3n]])
}, 60_000)
