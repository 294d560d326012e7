import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, type Site, startCapture, type Told } from './start-capture.ts'

let site: Site

beforeAll(async () => {
  site = await startCapture()
})

afterAll(() => site?.end())

describe('clicks', () => {
  const offer: Told = ['Offer Clicked', { plan: 'pro', price: 9.9, productId: '4711' }]
  const attributes = `data-track="Offer Clicked" data-track-plan="pro" data-track-price="9.90" data-track-product-id='"4711"'`

  test.each<[what: string, body: string, wanted: Told[]]>([
    ['an element with its properties', `<button id="x" ${attributes}>x</button>`, [offer]],
    ['what is in it', `<div ${attributes}><p><b id="x">x</b></p></div>`, [offer]],
    ['of two the inner one', `<div data-track="Outer"><div ${attributes}><b id="x">x</b></div></div>`, [offer]],
    ['an empty one means nothing', `<div ${attributes}><div data-track=""><b id="x">x</b></div></div>`, []],
    ['nothing without the attribute', `<button id="x" data-tracking="y" data-track-plan="pro">x</button>`, []],
    [
      'an image of SVG',
      `<svg ${attributes} width="90" height="90"><rect id="x" width="90" height="90"/></svg>`,
      [offer],
    ],
    ['a label with its field once', `<label id="x" ${attributes}>x<input type="checkbox"></label>`, [offer]],
    [
      'a label beside its field once',
      `<p ${attributes}><label id="x" for="f">x</label><input id="f" type="radio"></p>`,
      [offer],
    ],
    [
      'in an open shadow root, from inside',
      `<a-card id="x"></a-card><script>x.attachShadow({mode:'open'}).innerHTML=\`<button ${attributes}>x</button>\`</script>`,
      [offer],
    ],
    [
      'around an open shadow root',
      `<div ${attributes}><a-card id="x"></a-card></div><script>x.attachShadow({mode:'open'}).innerHTML='<button>x</button>'</script>`,
      [offer],
    ],
    [
      'a page that stops it on the way down',
      `<button id="x" ${attributes}>x</button><script>document.addEventListener('click', (e) => e.stopImmediatePropagation(), true)</script>`,
      [offer],
    ],
    [
      'a page that prevents it and removes the element',
      `<div id="p"><button id="x" ${attributes} onclick="event.preventDefault();event.stopPropagation();p.remove()">x</button></div>`,
      [offer],
    ],
  ])('%s', async (_what, body, wanted) => {
    const visit = await site.visit()
    await open(visit, site.origin + site.page('/clicks', body, { clicks: {} }))
    await visit.page.click('#x')
    expect(await visit.told()).toEqual(wanted)
    expect(visit.errors).toEqual([])
  })

  test('the keyboard counts once, another mouse button does not, but for links', async () => {
    const visit = await site.visit()
    const body = '<button id="b" data-track="Button">x</button><a id="a" href="/clicks" data-track="Link">x</a>'
    await open(visit, site.origin + site.page('/clicks', body, { clicks: {} }))
    await visit.page.focus('#b')
    await visit.page.keyboard.press('Enter')
    await visit.page.keyboard.press('Space')
    await visit.page.click('#b', { button: 'right' })
    await visit.page.click('#b', { button: 'middle' })
    await visit.page.click('#a', { button: 'middle' })
    expect((await visit.told()).map(([event]) => event)).toEqual(['Button', 'Button', 'Link'])
  })

  test('a click that leaves the page is not lost', async () => {
    const visit = await site.visit()
    site.page('/next', 'next')
    const body = '<a id="x" href="/next" data-track="Left">x</a>'
    await open(visit, site.origin + site.page('/clicks', body, { clicks: {} }))
    await visit.page.click('#x')
    await visit.page.waitForURL('**/next')
    expect(await visit.told()).toEqual([['Left', {}]])
  })
})

describe('outbound', () => {
  test.each<[what: string, href: () => string, settings: Record<string, string>, isTold: boolean]>([
    ['a link to another host', () => `${site.elsewhere}/there?token=1#secret`, {}, true],
    ['a link within the site', () => '/there', {}, false],
    ['the site by its address', () => `${site.origin}/there`, {}, false],
    ['a host that is said to be own', () => `${site.elsewhere}/there`, { domains: 'pay.example localhost' }, false],
    ['no web address', () => 'javascript:void 0', {}, false],
  ])('%s', async (_what, href, settings, isTold) => {
    const visit = await site.visit()
    const path = site.page('/outbound', `<a href="${href()}"><b id="x">x</b></a>`, { outbound: settings })
    await open(visit, site.origin + path)
    await visit.page.click('#x')
    await open(visit, site.origin + path)
    const { host } = new URL(site.elsewhere)
    const wanted: Told[] = [['Outbound Link Clicked', { url: `${site.elsewhere}/there`, host }]]
    expect(await visit.told()).toEqual(isTold ? wanted : [])
    expect(visit.errors).toEqual([])
  })

  test('by keyboard, by middle click and with a key held, in SVG, areas and shadow roots', async () => {
    const visit = await site.visit()
    const [html, svg, area, shadow] = ['html', 'svg', 'area', 'shadow'].map((name) => `${site.elsewhere}/${name}`)
    const body = `<a id="html" href="${html}">x</a>
      <svg width="90" height="90"><a href="${svg}"><rect id="svg" width="90" height="90"/></a></svg>
      <map name="m"><area href="${area}" shape="rect" coords="0,0,90,90"></map>
      <img id="map" usemap="#m" width="90" height="90" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
      <a-b id="shadow"></a-b>
      <script>shadow.attachShadow({mode:'open'}).innerHTML='<a href="${shadow}">x</a>'</script>`
    await open(visit, site.origin + site.page('/outbound', body, { outbound: {} }))
    const { page } = visit
    await page.click('#html', { button: 'middle' })
    await page.click('#html', { button: 'right' })
    await page.click('#svg', { modifiers: ['Control'] })
    await page.click('#shadow', { modifiers: ['Shift'] })
    await page.click('#map', { button: 'middle', force: true })
    await page.focus('#html')
    await page.keyboard.press('Enter')
    await open(visit, `${site.origin}/outbound`)
    expect((await visit.told()).map(([, { url }]) => url)).toEqual([html, svg, shadow, area, html])
  })
})

describe('downloads', () => {
  test.each<[what: string, link: string, settings: Record<string, string>, wanted: Record<string, string> | undefined]>(
    [
      [
        'a file',
        'href="/files/Price.PDF?key=secret"',
        {},
        { url: '/files/Price.PDF', fileName: 'Price.PDF', extension: 'pdf' },
      ],
      ['a page', 'href="/there"', {}, undefined],
      [
        'an extension of the settings',
        'href="/files/a.XYZ"',
        { downloadExtensions: 'abc xyz' },
        { url: '/files/a.XYZ', fileName: 'a.XYZ', extension: 'xyz' },
      ],
      ['one that the settings leave out', 'href="/files/a.pdf"', { downloadExtensions: 'xyz' }, undefined],
      ['a download by attribute', 'href="/files/r" download', {}, { url: '/files/r', fileName: 'r', extension: '' }],
      [
        'data, of which nothing is told',
        'href="data:text/csv,violetta" download="list.csv"',
        {},
        { fileName: 'list.csv', extension: 'csv' },
      ],
    ],
  )('%s', async (_what, link, settings, wanted) => {
    const visit = await site.visit()
    const path = site.page('/downloads', `<a id="x" ${link}>x</a>`, { downloads: settings })
    await open(visit, site.origin + path)
    await visit.page.click('#x', { noWaitAfter: true })
    const url = wanted?.url && { url: site.origin + wanted.url }
    expect(await visit.told()).toEqual(wanted ? [['File Downloaded', { ...wanted, ...url }]] : [])
    expect(JSON.stringify(visit.bodies)).not.toMatch(/secret|violetta/)
    expect(visit.errors).toEqual([])
  })
})
