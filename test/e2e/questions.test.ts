import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { launchChromium } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'

let demo: Demo
let browser: Browser
let folder: string

const command = resolve(import.meta.dirname, '../../packages/cli/bin/spartito.mjs')

/** A question as a user of the demonstration asks it. */
const ask = (...flags: string[]): Promise<string> =>
  new Promise((done, fail) => {
    const place = ['--collector', demo.collector, '--token-env', 'TOKEN', '--cache', join(folder, 'cache')]
    const env = { ...process.env, TOKEN: demo.adminToken }
    execFile(process.execPath, [command, ...flags, ...place], { env, timeout: 40_000 }, (error, out, err) =>
      error ? fail(new Error(`spartito ${flags.join(' ')}: ${err}`)) : done(out),
    )
  })

const queried = async (sql: string): Promise<unknown[]> =>
  (await ask('query', sql, '--json'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

const rowsOf = async (...flags: string[]): Promise<unknown[][]> =>
  JSON.parse(await ask('report', ...flags, '--json')).sections[0].rows

/** Comes by an advertisement, agrees, looks at products, and may buy one. */
const shopper = async (campaign: string, products: readonly string[], isBuying: boolean): Promise<void> => {
  const context = await browser.newContext()
  const page: Page = await context.newPage()
  await page.goto(`${demo.shop}/?utm_source=${campaign}&utm_medium=cpc`)
  await page.click('#consent-accept')
  for (const product of products) await page.goto(`${demo.shop}/product/${product}`)
  if (isBuying) {
    await page.click('#add-to-cart')
    await page.goto(`${demo.shop}/cart`)
    await page.click('#order')
    await page.waitForSelector('#ordered:not(:empty)')
  }
  await page.evaluate(() => (window as unknown as { spartito: { flush(): Promise<void> } }).spartito.flush())
  await context.close()
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spartito-questions-'))
  ;[demo, browser] = await Promise.all([startDemo(), launchChromium()])
  await Promise.all([
    shopper('ads', ['violin', 'flute', 'metronome'], true),
    shopper('mail', ['violin'], true),
    shopper('ads', ['flute'], false),
  ])
  const expected = [
    { event: 'Order Completed', n: 2 },
    { event: 'Product Added', n: 2 },
    { event: 'Product Viewed', n: 5 },
    { event: 'Segment Consent Preference Updated', n: 3 },
  ]
  const sql = "select event, count(*) as n from events where type = 'track' group by all order by 1"
  await vi.waitFor(async () => expect(await queried(sql)).toEqual(expected), { timeout: 40_000, interval: 500 })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.remove()
  await rm(folder, { recursive: true, force: true })
})

describe('LA1 what a real browser did is read by DuckDB', () => {
  test('with the columns that analysts ask first', async () => {
    const sql = `select count(distinct anonymous_id) as visitors, count(distinct session_id) as sessions, min(device_type) as device,
      min(browser) as browser, bool_or(is_bot) as bots, count(*) filter (page_path = '/cart') as in_cart,
      list(distinct campaign_source order by campaign_source) as campaigns from events where type = 'page'`
    const [row] = (await queried(sql)) as [Record<string, unknown>]
    expect(row).toMatchObject({ visitors: 3, sessions: 3, in_cart: 2, campaigns: ['ads', 'mail'] })
    expect(row.browser).toMatch(/Chrom/)
  })

  test('and each consent is a row a purpose', async () => {
    const sql = 'select purpose, is_granted, count(*) as n from consents group by all order by 1'
    expect(await queried(sql)).toEqual([
      { purpose: 'analytics', is_granted: true, n: 3 },
      { purpose: 'marketing', is_granted: true, n: 3 },
    ])
  })
})

describe('each report answers on it', () => {
  test('funnel', async () => {
    const steps = await rowsOf('funnel', 'Product Viewed', 'Product Added', 'Order Completed')
    expect(steps.map((step) => step.slice(0, 2))).toEqual([
      ['1. Product Viewed', 3],
      ['2. Product Added', 2],
      ['3. Order Completed', 2],
    ])
  })

  test('attribution', async () => {
    const rows = await rowsOf('attribution', 'Order Completed')
    expect(rows.map(([campaign, conversions]) => [campaign, conversions]).sort()).toEqual([
      ['ads / cpc', 1],
      ['mail / cpc', 1],
    ])
  })

  test('sources', async () => {
    const row = (await rowsOf('sources')).find(([source]) => source === 'shop')!
    expect(row.slice(0, 3)).toEqual(['shop', 22, 3])
  })

  test('audiences and deliveries, once the lake has heard of them', async () => {
    await vi.waitFor(
      async () => {
        const audiences = JSON.stringify(await rowsOf('audiences'))
        for (const id of ['buyers', 'engaged']) expect(audiences).toContain(id)
        expect(JSON.stringify(await rowsOf('deliveries'))).toContain('demo')
      },
      { timeout: 50_000, interval: 1_000 },
    )
  })

  test('a preview says what the collector has decided', async () => {
    const file = join(folder, 'workspace.json')
    const { workspace } = await demo.admin<{ workspace: object }>('/admin/workspace')
    await writeFile(file, JSON.stringify(workspace))
    expect(JSON.parse(await ask('preview', 'buyers', '--workspace', file, '--json'))).toMatchObject({ members: 2 })
  })

  test('as a page that needs nothing else', async () => {
    const file = join(folder, 'funnel.html')
    await ask('report', 'funnel', 'Product Viewed', 'Order Completed', '--html', file)
    const context = await browser.newContext({ offline: true, javaScriptEnabled: false })
    const page = await context.newPage()
    await page.setContent(await readFile(file, 'utf8'))
    expect(await page.textContent('body')).toContain('Order Completed')
    expect(await page.locator('svg').count()).toBeGreaterThan(0)
    await context.close()
  })
})
