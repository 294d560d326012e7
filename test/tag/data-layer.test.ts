import { describe, expect, test } from 'vitest'
import { navigate, open, stored, visitorOf, withShop } from './shop-pages.ts'

withShop()

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

describe('ecommerce', () => {
  test('loaded by its attribute, it names what the page pushed before the tag was there', async () => {
    const page = await open({
      before: `window.dataLayer = [{ event: 'view_item', ecommerce: { items: [{ item_id: 'p1', item_name: 'Violin' }] } }]`,
      attributes: 'data-plugins="ecommerce"',
    })
    await expect.poll(() => stored(page), { timeout: 10_000 }).toHaveLength(1)
    expect(await stored(page)).toMatchObject([['Product Viewed', { product_id: 'p1', name: 'Violin' }]])
  })

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
