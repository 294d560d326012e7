import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { open, stored, visitorOf, withShop } from './shop-pages.ts'

withShop()

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
