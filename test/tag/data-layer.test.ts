import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { keys } from '../support/keys.ts'
import { type Spartito, startSpartito } from '../support/start-spartito.ts'
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts'

let folder: TempFolder
let spartito: Spartito
let browser: Browser
let site: Server
let origin: string
const pages = new Map<string, string>()

beforeAll(async () => {
  folder = await makeTempFolder('data-layer')
  ;[spartito, browser] = await Promise.all([startSpartito({ folder: folder.path }), launchChromium()])
  await spartito.admin.publish({
    sources: [{ id: 'web', kind: 'browser', writeKey: keys.browser, consent: { policy: 'opt-out' } }],
  })
  site = createServer(({ url }, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pages.get(url!.slice(1)) ?? '')
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})

afterAll(async () => {
  await browser?.close()
  site?.close()
  await spartito?.runtime.stop()
  await folder?.remove()
})

interface Parts {
  /** scripts of the page that run before the tag is there, and after it and its plugins */
  before?: string
  after?: string
  plugins?: string[]
  attributes?: string
}

/** A page with the tag and plugins, as a site writes it; its own scripts are text, as they are on sites. */
const open = async ({ before = '', after = '', plugins = [], attributes = '' }: Parts): Promise<Page> => {
  const path = `p${pages.size}`
  const { collector } = spartito
  pages.set(
    path,
    `<!doctype html><title>Shop</title><script>${before}</script>
    <script id="tag" src="${collector}/tag.js" data-write-key="${keys.browser}" data-consent="opt-out" ${attributes}></script>
    <script type="module">
      for (const name of ${JSON.stringify(plugins)})
        (await import('${collector}/tag/' + name + '.js')).default(window.spartito, { ...document.getElementById('tag').dataset })
      ${after}
      document.title = 'done'
    </script>`,
  )
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const errors: Error[] = []
  page.on('pageerror', (error) => errors.push(error))
  onTestFinished(() => expect(errors).toEqual([]))
  await page.goto(`${origin}/${path}`)
  await page.waitForFunction(() => document.title === 'done', undefined, { timeout: 10_000 })
  return page
}

const visitorOf = async (page: Page) => {
  await page.evaluate(() => (window as unknown as { spartito: { flush(): Promise<void> } }).spartito.flush())
  const value = await page.evaluate(() => JSON.parse(localStorage.getItem('spartito')!).anonymousId as string)
  return spartito.admin.profile({ type: 'anonymous_id', value })
}

/** What the collector has stored of the page's visitor: each event's name and properties, in order. */
const stored = async (page: Page): Promise<[name: string | undefined, properties: unknown][]> => {
  const profile = await visitorOf(page)
  const events = (profile?.recent ?? []) as { type: string; event?: string; properties?: unknown; messageId: string }[]
  return events
    .filter(({ type }) => type === 'track')
    .sort((a, b) => (a.messageId < b.messageId ? -1 : 1))
    .map(({ event, properties }) => [event, properties])
}

/** Goes to another address of a single-page application, and leaves a moment for who looks on. */
const navigate = async (page: Page, script: string): Promise<void> => {
  await page.evaluate(script)
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)))
}

describe('what a page has, before the tag and after it', () => {
  test('Google Tag Manager’s dataLayer and gtag', async () => {
    const page = await open({
      before: `window.dataLayer = [{ page: { type: 'home' } }, { event: 'Early', n: 1 }]
        function gtag() { dataLayer.push(arguments) }
        gtag('js', new Date()); gtag('consent', 'default', { ad_storage: 'denied' }); gtag('set', { currency: 'EUR' })
        gtag('event', 'early_gtag', { n: 2 })`,
      after: `window.seen = []
        spartito.on('push', (item, state) => seen.push(state))
        dataLayer.push({ event: 'gtm.click' }, { event: 'Late', n: 3 })
        gtag('event', 'late_gtag', { n: 4 })`,
    })
    expect(await stored(page)).toEqual([
      ['Early', { n: 1 }],
      ['early_gtag', { n: 2 }],
      ['Late', { n: 3 }],
      ['late_gtag', { n: 4 }],
    ])
    expect(await page.evaluate('seen.at(-1)')).toEqual({
      page: { type: 'home' },
      consent: { default: { ad_storage: 'denied' } },
      currency: 'EUR',
      event: 'late_gtag',
      n: 4,
    })
  })

  test('a listener renames and drops events, and the page’s own items stay as they were', async () => {
    const page = await open({
      after: `spartito.on('push', (item) => {
          if (item.event === 'old') item.event = 'New'
          if (item.event === 'noise') item.event = undefined
        })
        window.dataLayer.push({ event: 'old', a: 1 }, { event: 'noise' })`,
    })
    expect(await stored(page)).toEqual([['New', { a: 1 }]])
    expect(await page.evaluate('dataLayer')).toEqual([{ event: 'old', a: 1 }, { event: 'noise' }])
  })
})

const digitalData = `window.digitalData = {
  page: { pageInfo: { pageID: 'Home' }, category: { primaryCategory: 'Start' } },
  product: [{ productInfo: { productID: 'a' } }],
  user: [{ profile: [{ profileInfo: { profileID: 'u-1' } }] }],
  event: [{ eventInfo: { eventName: 'Early' }, attributes: { n: 1 } }],
}`

describe('digital-data', () => {
  test('its state, its events, those pushed later and those written without a push, each once', async () => {
    const page = await open({
      plugins: ['digital-data'],
      before: `${digitalData}
        window.seen = []`,
      after: `spartito.on('push', (item, state) => seen.push(structuredClone(state)))
        digitalData.event.push({ eventInfo: { eventName: 'Pushed' }, category: { primaryCategory: 'C' } })
        digitalData.event[2] = { eventInfo: { eventName: 'Written' } }`,
    })
    expect(await page.evaluate('seen.at(-1).digitalData')).toEqual({
      page: { pageInfo: { pageID: 'Home' }, category: { primaryCategory: 'Start' } },
      product: [{ productInfo: { productID: 'a' } }],
      user: [{ profile: [{ profileInfo: { profileID: 'u-1' } }] }],
    })
    await navigate(page, `history.pushState({}, '', '/elsewhere')`)
    expect(await stored(page)).toEqual([
      ['Early', { n: 1 }],
      ['Pushed', { category: { primaryCategory: 'C' } }],
      ['Written', {}],
    ])
    expect((await visitorOf(page))!.identifiers.map(({ type }) => type)).toEqual(['anonymous_id'])
  })

  test('a new object after single-page navigation replaces the state, and its events are taken', async () => {
    const page = await open({ plugins: ['digital-data'], before: digitalData })
    await navigate(
      page,
      `window.seen = []
      spartito.on('push', (item, state) => seen.push(state))
      history.pushState({}, '', '/product')
      window.digitalData = { page: { pageInfo: { pageID: 'Product' } }, event: [{ eventInfo: { eventName: 'There' } }] }`,
    )
    await page.evaluate(`digitalData.event.push({ eventInfo: { eventName: 'Later' } })`)
    expect(await page.evaluate('seen.at(-1).digitalData')).toEqual({ page: { pageInfo: { pageID: 'Product' } } })
    expect((await stored(page)).map(([name]) => name)).toEqual(['Early', 'There', 'Later'])
  })

  test('its profile identifies the visitor where the site asks for it', async () => {
    const page = await open({
      plugins: ['digital-data'],
      before: digitalData,
      attributes: 'data-digital-data-identify="true"',
    })
    const profile = await visitorOf(page)
    expect(profile!.identifiers).toContainEqual(expect.objectContaining({ type: 'user_id', value: 'u-1' }))
  })

  test('QU4 a hostile one breaks nothing', async () => {
    const page = await open({
      plugins: ['digital-data'],
      before: `window.digitalData = Object.freeze({
        get page() { throw new Error('no') }, user: 5,
        event: Object.freeze([null, 7, { get eventInfo() { throw new Error('no') } }, { eventInfo: { eventName: 'Fine' } }]),
      })`,
      after: `spartito.track('After')`,
    })
    expect((await stored(page)).map(([name]) => name)).toEqual(['Fine', 'After'])
  })
})

/** What Tealium's script does to the page's globals: it makes `utag` where there is none, and reads `utag_data`. */
const tealium = `if (typeof utag == 'undefined') {
  var utag = {
    calls: [],
    data: window.utag_data,
    view: function (data, done, tags) { return this.track('view', data, done, tags) },
    link: function (data, done, tags) { return this.track('link', data, done, tags) },
    track: function (kind, data, done, tags) { this.calls.push([kind, data, tags]); if (done) done(); return true },
  }
  utag.data['cp.session'] = 'secret'
}`
const utagData = `window.utag_data = { page_name: 'Home', tealium_event: 'product_view', product_id: ['a'] }`
const utagCalls = `window.results = [
    utag.view({ page_name: 'Cart' }, () => { window.isDone = true }, [7]),
    utag.link({ tealium_event: 'download', file: 'x.pdf' }),
    utag.link(),
  ]`

const checkUtag = async (page: Page): Promise<void> => {
  expect(await stored(page)).toEqual([
    ['product_view', { page_name: 'Home', product_id: ['a'] }],
    ['download', { file: 'x.pdf' }],
    ['link', {}],
  ])
  expect(await page.evaluate('[utag.calls, results, isDone]')).toEqual([
    [
      ['view', { page_name: 'Cart' }, [7]],
      ['link', { tealium_event: 'download', file: 'x.pdf' }, undefined],
      ['link', undefined, undefined],
    ],
    [true, true, true],
    true,
  ])
}

const addScript = (text: string): string =>
  `document.head.append(Object.assign(document.createElement('script'), { textContent: ${JSON.stringify(text)} }));`

describe('utag-data', () => {
  test('Tealium was there before', async () => {
    const page = await open({ plugins: ['utag-data'], before: `${utagData}; ${tealium}`, after: utagCalls })
    await checkUtag(page)
  })

  test('Tealium comes later: it finds no utag, and makes its own', async () => {
    const page = await open({
      plugins: ['utag-data'],
      before: utagData,
      after: `window.missing = typeof utag
        ${addScript(tealium)}
        ${utagCalls}`,
    })
    expect(await page.evaluate('missing')).toBe('undefined')
    expect(await page.evaluate(`'value' in Object.getOwnPropertyDescriptor(window, 'utag')`)).toBe(true)
    await checkUtag(page)
  })

  test('both come later than the tag', async () => {
    const page = await open({
      plugins: ['utag-data'],
      after: `${addScript(`${utagData}; ${tealium}`)}
        ${utagCalls}`,
    })
    await checkUtag(page)
  })

  test('where the tag sends no page views, Tealium’s views are those', async () => {
    const page = await open({
      plugins: ['utag-data'],
      attributes: 'data-page-views="false"',
      before: `window.utag_data = { page_name: 'Home' }; ${tealium}`,
      after: `utag.view({ page_name: 'Cart' })`,
    })
    const profile = await visitorOf(page)
    const views = (profile!.recent as { type: string; name?: string }[]).filter(({ type }) => type === 'page')
    expect(views.map(({ name }) => name).sort()).toEqual(['Cart', 'Home'])
  })

  test('QU4 a hostile one breaks nothing, and Tealium gets its calls', async () => {
    const page = await open({
      plugins: ['utag-data'],
      before: `window.utag_data = { get page_name() { throw new Error('no') } }
        window.utag = Object.freeze({ link: () => 'its answer' })`,
      after: `window.answer = utag.link({ a: 1 }); spartito.track('After')`,
    })
    expect(await page.evaluate('answer')).toBe('its answer')
    expect((await stored(page)).map(([name]) => name)).toEqual(['After'])
  })
})

describe('ecommerce', () => {
  test('Google’s events have Segment’s names and properties, once each, and Google’s objects stay as they were', async () => {
    const item = { item_id: 'S1', item_name: 'Shirt', price: 30, quantity: 1 }
    const pushed = [
      { event: 'view_item', ecommerce: { currency: 'EUR', items: [item] } },
      { event: 'add_to_cart', ecommerce: { currency: 'EUR', items: [item, { ...item, item_id: 'S2' }] } },
      { ecommerce: { detail: { products: [{ id: 'S3', price: '9.90' }] } } },
      { event: 'other', a: 1 },
    ]
    const page = await open({
      plugins: ['ecommerce'],
      after: `function gtag() { dataLayer.push(arguments) }
        dataLayer.push(...${JSON.stringify(pushed)})
        gtag('event', 'purchase', { transaction_id: 'T1', value: 60, currency: 'EUR', items: [${JSON.stringify(item)}] })
        spartito.push({ event: 'Completed Order', order_id: 'T2' })`,
    })
    const shirt = { product_id: 'S1', name: 'Shirt', price: 30, quantity: 1 }
    expect(await stored(page)).toEqual([
      ['Product Viewed', { currency: 'EUR', ...shirt }],
      ['Product Added', { currency: 'EUR', ...shirt }],
      ['Product Added', { currency: 'EUR', ...shirt, product_id: 'S2' }],
      ['Product Viewed', { product_id: 'S3', price: 9.9 }],
      ['other', { a: 1 }],
      ['Order Completed', { order_id: 'T1', revenue: 60, currency: 'EUR', products: [shirt] }],
      ['Order Completed', { order_id: 'T2' }],
    ])
    expect(await page.evaluate('dataLayer.slice(0, 4)')).toEqual(pushed)
  })
})
