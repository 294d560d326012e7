import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { keys } from '../support/keys.ts'
import { pageOf, type Stage, startStage, tagElement } from './stage.ts'
import { copiesOf } from './stored-once.ts'
import { watchFaults } from './watch-faults.ts'

let stage: Stage
let browser: Browser

beforeAll(async () => {
  stage = await startStage('tag-documents')
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await stage?.end()
})

const loader = readFileSync(new URL('../../packages/browser/dist/loader.js', import.meta.url), 'utf8')
const snippet = (attributes = ''): string =>
  `<script ${attributes} data-src="${stage.relay.origin}/tag.js" data-write-key="${keys.browser}" data-consent="opt-out">${loader}</script>`
const tag = (): string => tagElement(stage.relay.origin)

const visit = async (
  name: string,
  html: string,
  headers: Record<string, string> = {},
  prepare = async (_page: Page) => {},
) => {
  const path = `/${encodeURIComponent(name)}`
  stage.site.pages.set(path, { html, headers })
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const { faults } = await watchFaults(page)
  await prepare(page)
  await page.goto(stage.site.origin + path)
  return { page, faults }
}

/** Waits for the one copy of each event, of which the visitor's profile counts one. */
const expectArrived = async (...events: string[]): Promise<void> => {
  for (const event of events) {
    await expect.poll(() => copiesOf(stage.relay, event).length, { timeout: 10_000 }).toBe(1)
    const identifier = { type: 'anonymous_id' as const, value: copiesOf(stage.relay, event)[0]!.anonymousId }
    const counted = async () => (await stage.collector.admin.profile(identifier))?.events[event]?.count
    await expect.poll(counted, { timeout: 10_000 }).toBe(1)
  }
}

const pageViews = (): number =>
  stage.relay.batches.flatMap(({ events }) => events.filter(({ type }) => type === 'page')).length

const policy = (connect: string, types = 'trusted-types spartito;'): Record<string, string> => ({
  'content-security-policy': `default-src 'none'; script-src 'nonce-r4nd0m' 'strict-dynamic'; connect-src ${connect}; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'; ${types}`,
})
const nonced = (script: string): string => `<script nonce="r4nd0m">${script}</script>`

describe('QU4: no uncaught error, and events arrive, although', () => {
  test('the policy is strict: nonce, strict-dynamic, Trusted Types', async () => {
    const html = pageOf(snippet('nonce="r4nd0m"'), nonced("spartito.track('Under A Policy')"))
    const { faults } = await visit('strict', html, policy(stage.relay.origin))
    await expectArrived('Under A Policy')
    expect(faults).toEqual([])
  })

  test('it comes twice by its script and twice by its loader: one tag runs', async () => {
    const before = pageViews()
    const html = pageOf(tag() + tag() + snippet() + snippet(), "<script>spartito.track('From Four Tags')</script>")
    const { page, faults } = await visit('twice', html)
    await expectArrived('From Four Tags')
    await page.waitForTimeout(300)
    expect(pageViews() - before).toBe(1)
    expect(faults).toEqual([])
  })

  test('the page has a spartito of its own: its members stay', async () => {
    const script = "<script>window.spartito = { play: () => 'music' }</script>"
    const { page, faults } = await visit(
      'own',
      pageOf(script + tag(), "<script>spartito.track('Beside Another')</script>"),
    )
    await expectArrived('Beside Another')
    expect(await page.evaluate(() => (window.spartito as { play?: () => string }).play?.())).toBe('music')
    expect(faults).toEqual([])
  })

  test('an element of the page has its name', async () => {
    const html = `<!doctype html><body><form id="spartito"></form>${tag()}<script>spartito.track('Beside An Element')</script>`
    const { faults } = await visit('element', html)
    await expectArrived('Beside An Element')
    expect(faults).toEqual([])
  })

  test('elements of the page stand before what it reads of the document', async () => {
    const names = ['cookie', 'title', 'referrer', 'hidden', 'prerendering']
    const html = `<!doctype html><body>${names.map((name) => `<form name="${name}"></form>`).join('')}${tag()}<script>spartito.track('Among Forms')</script>`
    const { faults } = await visit('forms', html)
    await expectArrived('Among Forms')
    expect(faults).toEqual([])
  })

  test('the page writes the tag by document.write, and itself anew later', async () => {
    const write = `<script>document.write(${JSON.stringify(tag()).replaceAll('</', '<\\/')})</script>`
    const html = pageOf(write, "<script>spartito.track('Written')</script>")
    const { page, faults } = await visit('written', html)
    await expectArrived('Written')
    await page.evaluate((element) => {
      document.open()
      document.write(`<p>anew</p>${element}<script>spartito.track('Written Anew')</${'script>'}`)
      document.close()
    }, tag())
    await expectArrived('Written Anew')
    expect(faults).toEqual([])
  })

  test('it is in a sandboxed frame of no origin', async () => {
    const inner = pageOf(snippet(), "<script>spartito.track('In A Sandbox')</script>").replaceAll('"', '&quot;')
    const { page, faults } = await visit(
      'sandbox',
      pageOf('', `<iframe sandbox="allow-scripts" srcdoc="${inner}"></iframe>`),
    )
    await expectArrived('In A Sandbox')
    await page.goto(`${stage.site.origin}/bare`)
    // Chromium's own, beside the rejection that is caught: `indexedDB.databases()` in a frame without an origin
    expect(faults.filter((fault) => !/^Uncaught \(in promise\) undefined ?$/.test(fault))).toEqual([])
  })

  test('the browser gives it no room', async () => {
    const prepare = async (page: Page): Promise<void> => {
      const session = await page.context().newCDPSession(page)
      await session.send('Storage.overrideQuotaForOrigin', { origin: stage.site.origin, quotaSize: 1 })
    }
    const { faults } = await visit(
      'quota',
      pageOf(tag(), "<script>spartito.track('Without Room')</script>"),
      {},
      prepare,
    )
    await expectArrived('Without Room')
    expect(faults).toEqual([])
  })

  test('the page deletes its storage', async () => {
    const { page, faults } = await visit(
      'deleted',
      pageOf(tag(), "<script>spartito.track('Before The Deletion')</script>"),
    )
    await expectArrived('Before The Deletion')
    await page.evaluate(async (name) => {
      localStorage.clear()
      await new Promise((done) => {
        const request = indexedDB.deleteDatabase(name)
        request.onsuccess = request.onerror = request.onblocked = done
      })
      window.spartito!.track!('After The Deletion')
    }, `spartito_${keys.browser}`)
    await expectArrived('After The Deletion')
    expect(faults).toEqual([])
  })
})

describe('QU4: nothing is sent, no error is thrown, and the page goes on, when', () => {
  test.each([
    ['its policy allows no request to the collector', () => policy("'none'")],
    ['its policy allows no Trusted Types of this name', () => policy(stage.relay.origin, "trusted-types 'none';")],
  ])('%s', async (name, headers) => {
    const html = pageOf(snippet('nonce="r4nd0m"'), nonced(`spartito.track('${name}'); document.title = 'went on'`))
    const { page, faults } = await visit(name, html, headers())
    await page.waitForTimeout(700)
    expect(await page.title()).toBe('went on')
    expect(copiesOf(stage.relay, name)).toEqual([])
    // the browser itself tells of what its policy refused
    expect(faults.filter((fault) => !/Content Security Policy|Trusted ?Type/i.test(fault))).toEqual([])
  })
})
