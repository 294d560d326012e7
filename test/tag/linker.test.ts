import { createServerClient, visitorOf } from '@spartito/server'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { deviceOf, html, startTwoSites, type TwoSites, tagOf } from './two-sites.ts'

let sites: TwoSites

const domains = 'site-a.localhost site-b.localhost'

/** Hands the plugin the client, as the tag does, and keeps what it returns. */
const withLinker = (collector: string): string =>
  `<script type="module">
    import linker from '${collector}/tag/linker.js'
    window.arrived = linker(window.spartito, document.querySelector('script').dataset)
    window.arrived.then((copy) => { window.copy = copy ?? null })
  </script>`

const ofB = () => sites.b

const links = (): string => `
  <a id="plain" href="${ofB()}/arrive?a=1%202#top">to b</a>
  <a id="new-tab" href="${ofB()}/arrive" target="_blank">to b</a>
  <a id="same" href="/arrive">here</a>
  <a id="sibling" href="${sites.a.replace('site-a', 'www.site-a')}/arrive">same cookie</a>
  <a id="stranger" href="${sites.a.replace('site-a', 'stranger')}/arrive">elsewhere</a>
  <a id="download" href="${ofB()}/arrive" download>file</a>
  <a id="noreferrer" href="${ofB()}/arrive" rel="noreferrer">quiet</a>
  <a id="prevented" href="${ofB()}/arrive">handled by the page</a>
  <form id="get" action="${ofB()}/arrive"><input name="action" value="x"><button id="send">go</button></form>
  <form id="post" action="${ofB()}/arrive" method="post"><button id="send-post">go</button></form>
  <script>
    document.querySelector('#prevented').addEventListener('click', (event) => event.preventDefault())
  </script>`

beforeAll(async () => {
  sites = await startTwoSites()
  const page = (attributes?: string) => (host: string) => {
    const collector = sites.collectorOf(host)
    return html(
      tagOf(collector, `data-domains="${domains}" ${attributes ?? 'data-consent="opt-out"'}`) + withLinker(collector),
      links(),
    )
  }
  sites.pages.set('/', page())
  sites.pages.set('/arrive', page('data-consent="opt-in"'))
  const tagged = (policy: string) => (host: string) =>
    html(
      tagOf(sites.collectorOf(host), `data-plugins="linker" data-domains="${domains}" data-consent="${policy}"`),
      `<a id="tagged" href="${sites.b}/tagged">to b</a> <a id="tagged-careful" href="${sites.b}/tagged-careful">to b</a>
      <script>window.arrived = true</script>`,
    )
  sites.pages.set('/tagged', tagged('opt-out'))
  sites.pages.set('/tagged-careful', tagged('opt-in'))
})
afterAll(() => sites?.end())

interface Visit {
  page: Page
  /** addresses of requests for links, in their order */
  asked: string[]
  errors: string[]
}

const open = async (): Promise<Visit> => {
  const context = await sites.browser.newContext()
  const page = await context.newPage()
  const errors: string[] = []
  const asked: string[] = []
  context.on('weberror', (error) => errors.push(String(error.error())))
  context.on('request', (request: Request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/v1/link')) asked.push(pathname)
  })
  onTestFinished(async () => {
    await context.close()
    expect(errors).toEqual([])
  })
  return { page, asked, errors }
}

/** A visitor of site A whom the collector has confirmed. */
const visitA = async (path = '/'): Promise<Visit & { anonymousId: string }> => {
  const visit = await open()
  const answered = visit.page.waitForResponse((response) => response.url().endsWith('/v1/batch'))
  await visit.page.goto(`${sites.a}${path}`)
  await answered
  await visit.page.waitForFunction(() => 'arrived' in window)
  return { ...visit, anonymousId: (await deviceOf(visit.page))!.anonymousId! }
}

/** What the plugin hands the tag, once the visitor agrees. */
const copyOf = async (page: Page): Promise<{ anonymousId: string } | null> => {
  await page.waitForFunction(() => 'arrived' in window)
  // @ts-expect-error the page's own
  await page.evaluate(() => window.spartito.consent({ analytics: true }))
  await page.waitForFunction(() => 'copy' in window)
  return JSON.parse(await page.evaluate(() => (window as unknown as { copy: string | null }).copy ?? 'null'))
}

describe('on the site that is left', () => {
  test('a click carries the visitor along, and the address is clean on both sides', async () => {
    const { page, anonymousId, asked } = await visitA()
    const came = page.waitForRequest((request) => request.url().startsWith(`${sites.b}/arrive`))
    await page.click('#plain')
    // as it was written, with the link behind it
    expect((await came).url()).toMatch(/\/arrive\?a=1%202&spartito_link=[\w-]{60,}$/)
    await page.waitForURL(`${sites.b}/arrive?a=1%202#top`)
    expect(await copyOf(page)).toEqual({ anonymousId, version: 1 })
    expect(asked).toEqual(['/v1/link', '/v1/link/open'])
    await page.goBack()
    expect(await page.getAttribute('#plain', 'href')).toBe(`${sites.b}/arrive?a=1%202#top`)
  })

  test('a new tab is carried along too', async () => {
    const { page, anonymousId } = await visitA()
    await page.focus('#new-tab')
    await page.waitForResponse((response) => response.url().endsWith('/v1/link'))
    const tab = page.context().waitForEvent('page')
    await page.click('#new-tab')
    expect(await copyOf(await tab)).toEqual({ anonymousId, version: 1 })
    expect(await page.getAttribute('#new-tab', 'href')).toBe(`${sites.b}/arrive`)
  })

  test('a form is carried along too', async () => {
    const { page, anonymousId } = await visitA()
    await page.focus('#send')
    await page.waitForResponse((response) => response.url().endsWith('/v1/link'))
    const sent = page.waitForRequest((request) => request.url().startsWith(`${sites.b}/arrive`))
    await page.click('#send')
    expect((await sent).url()).toMatch(/\/arrive\?action=x&spartito_link=[\w-]{60,}$/)
    expect(await copyOf(page)).toEqual({ anonymousId, version: 1 })
  })

  test('links and forms that lead elsewhere, or are no visit, are left as they are, and nothing is asked for', async () => {
    const { page, asked } = await visitA()
    const addresses: string[] = []
    // the page stays where it is
    await page.route('**/arrive*', (route) => {
      addresses.push(route.request().url())
      return route.abort('aborted')
    })
    const selectors = ['#same', '#sibling', '#stranger', '#download', '#noreferrer', '#send-post']
    for (const [index, selector] of selectors.entries()) {
      await page.click(selector)
      await expect.poll(() => addresses.length).toBe(index + 1)
    }
    expect(addresses.filter((url) => url.includes('spartito_link'))).toEqual([])
    expect(asked).toEqual([])
  })

  test('what the page decides holds: a click that it prevents leads nowhere', async () => {
    const { page } = await visitA()
    await page.click('#prevented')
    await page.waitForTimeout(600)
    expect(page.url()).toBe(`${sites.a}/`)
    expect(await page.getAttribute('#prevented', 'href')).toBe(`${sites.b}/arrive`)
  })

  test.each([
    ['does not answer', () => new Promise<void>(() => undefined)],
    ['refuses', () => Promise.resolve()],
  ])('a collector that %s holds the click for 300 ms at most', async (_what, wait) => {
    const { page } = await visitA()
    await page.route('**/v1/link', async (route) => {
      await wait()
      await route.fulfill({ status: 503 }).catch(() => undefined)
    })
    const came = page.waitForRequest((request) => request.url().startsWith(`${sites.b}/arrive`))
    const before = Date.now()
    await page.locator('#plain').evaluate((link: HTMLElement) => link.click())
    expect((await came).url()).toBe(`${sites.b}/arrive?a=1%202`)
    // 300 ms, and what a busy machine takes for the rest
    expect(Date.now() - before).toBeLessThan(1_500)
    expect(await copyOf(page)).toBeNull()
  })

  test('a click that waits is not followed once another was made', async () => {
    const { page } = await visitA()
    await page.route('**/v1/link', () => undefined)
    await page.evaluate(() => {
      document.querySelector<HTMLElement>('#plain')!.click()
      document.querySelector<HTMLElement>('#prevented')!.click()
    })
    await page.waitForTimeout(600)
    expect(page.url()).toBe(`${sites.a}/`)
  })

  test('before consent nothing is asked for and nothing carried along', async () => {
    const { page, asked } = await open()
    await page.goto(`${sites.a}/arrive`)
    await page.waitForFunction(() => 'arrived' in window)
    const came = page.waitForRequest((request) => request.url().startsWith(`${sites.b}/arrive`))
    await page.click('#plain')
    expect((await came).url()).toBe(`${sites.b}/arrive?a=1%202`)
    expect(asked).toEqual([])
  })
})

/** An address on site B that carries a visitor of site A along, as a click there would make it. */
const addressFor = async (
  { page, anonymousId }: { page: Page; anonymousId: string },
  path: string,
): Promise<string> => {
  const link = await page.evaluate(
    async ([collector, who]) => {
      const answer = await fetch(`${collector}/v1/link`, {
        method: 'POST',
        credentials: 'include',
        body: JSON.stringify({ writeKey: document.querySelector('script')!.dataset.writeKey, anonymousId: who }),
      })
      return (await answer.json()).link
    },
    [sites.collectorOf('site-a.localhost'), anonymousId] as const,
  )
  return `${sites.b}${path}?spartito_link=${link}`
}

describe('on the site that is come to', () => {
  test('without consent the address is clean and nothing asked; once it is given the link leads on', async () => {
    const visit = await visitA()
    const { page, asked, anonymousId } = visit
    const address = await addressFor(visit, '/arrive')
    await page.evaluate((url) => location.assign(url), address)
    await page.waitForURL(`${sites.b}/arrive`)
    await page.waitForTimeout(300)
    expect(asked).toEqual(['/v1/link'])
    expect(await page.evaluate(() => [document.cookie, localStorage.length, 'copy' in window])).toEqual(['', 0, false])
    expect(await copyOf(page)).toEqual({ anonymousId, version: 1 })
  })

  test('a link that came another way than by one of the sites is not opened', async () => {
    const visit = await visitA()
    const address = await addressFor(visit, '/arrive')
    const { page, asked } = await open()
    await page.goto(address)
    await page.waitForURL(`${sites.b}/arrive`)
    expect(await copyOf(page)).toBeNull()
    await page.goto(sites.a.replace('site-a', 'stranger'))
    await page.evaluate((url) => location.assign(url), address)
    await page.waitForURL(`${sites.b}/arrive`)
    expect(await copyOf(page)).toBeNull()
    expect(asked).toEqual([])
  })

  test('who is known already stays who they are', async () => {
    const { page, asked } = await open()
    const answered = page.waitForResponse((response) => response.url().endsWith('/v1/batch'))
    await page.goto(`${sites.b}/`)
    await answered
    const known = await deviceOf(page)
    await page.goto(`${sites.a}/`)
    await page.waitForResponse((response) => response.url().endsWith('/v1/batch'))
    await page.click('#plain')
    await page.waitForURL(/\/arrive/)
    expect(await copyOf(page)).toBeNull()
    expect((await deviceOf(page))!.anonymousId).toBe(known!.anonymousId)
    expect(asked).not.toContain('/v1/link/open')
  })
})

/** As a site writes it: the tag loads the plugin, and the first event waits for it. */
describe('the whole way, through the tag', () => {
  const isOneProfile = async (visit: Visit, anonymousId: string): Promise<void> => {
    await expect.poll(async () => (await deviceOf(visit.page))?.anonymousId).toBe(anonymousId)
    const profile = () => sites.spartito.admin.profile({ type: 'anonymous_id', value: anonymousId })
    await expect.poll(async () => (await profile())?.events.page?.count, { timeout: 10_000 }).toBe(2)
    const urls = ((await profile()) as unknown as { identifiers: { value: string }[] }).identifiers
    expect(urls.map(({ value }) => value)).toEqual([anonymousId])
  }

  test('the pages of both sites are of one profile', async () => {
    const visit = await visitA('/tagged')
    await visit.page.click('#tagged')
    await visit.page.waitForURL(`${sites.b}/tagged`)
    await isOneProfile(visit, visit.anonymousId)
    expect(visit.asked).toEqual(['/v1/link', '/v1/link/open'])
  })

  test('by a redirect of the site’s server, which has asked for the link with its secret key', async () => {
    const { page, anonymousId } = await visitA('/tagged')
    const server = createServerClient({ collector: sites.spartito.collector, key: keys.server })
    onTestFinished(async () => void (await server.close(1_000)))
    const cookies = await page.context().cookies(sites.a)
    const visitor = visitorOf(cookies.map(({ name, value }) => `${name}=${value}`).join('; '))
    expect(visitor?.anonymousId).toBe(anonymousId)
    const userAgent = await page.evaluate(() => navigator.userAgent)
    const address = await server.link(`${sites.b}/tagged?a=1`, { anonymousId, source: 'site', userAgent })
    // as a redirect does: no click that the plugin could see, and the page that is left as the referrer
    await page.evaluate((to) => location.assign(to), address)
    await page.waitForURL(`${sites.b}/tagged?a=1`)
    await expect.poll(async () => (await deviceOf(page))?.anonymousId).toBe(anonymousId)
  })

  test('also where the visitor agrees later: the first event waits for the link', async () => {
    const visit = await visitA('/tagged')
    await visit.page.click('#tagged-careful')
    await visit.page.waitForURL(`${sites.b}/tagged-careful`)
    // longer than the tag waits for its plugins
    await visit.page.waitForTimeout(1_500)
    expect(visit.asked).toEqual(['/v1/link'])
    // @ts-expect-error the page's own
    await visit.page.evaluate(() => window.spartito.consent({ analytics: true }))
    await isOneProfile(visit, visit.anonymousId)
  })
})
