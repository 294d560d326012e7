import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { keys } from '../support/keys.ts'
import { frozen, type HostileScript, missing, patched, storage } from './hostile-scripts.ts'
import type { RelayedEvent } from './relay.ts'
import { pageOf, type Stage, startStage } from './stage.ts'
import { copiesOf } from './stored-once.ts'
import { watchFaults } from './watch-faults.ts'

let stage: Stage
let browser: Browser

beforeAll(async () => {
  stage = await startStage('tag-hostile')
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await stage?.end()
})

const loader = readFileSync(new URL('../../packages/browser/dist/loader.js', import.meta.url), 'utf8')

/** What the page does by itself, round the tag: it is to go on whatever becomes of the tag. */
const pageCode = (event: string): string => `
  window.steps = ['head']
  spartito.track('${event}', { i: 0, list: [1, 2] })
  spartito.page('hostile', { list: [] })
  spartito.push({ event: 'Pushed' })
  spartito.identify({ plan: 'pro' })
  addEventListener('load', () => { steps.push('load'); history.pushState({}, '', '?next') })
  document.addEventListener('click', () => { steps.push('click'); spartito.track('Clicked') })`

const quietMs = 700

const meet = async (
  { name, script, events }: HostileScript,
  { expect, onTestFinished }: TestContext,
): Promise<void> => {
  const event = `Hostile: ${name}`.replaceAll("'", '')
  const path = `/${encodeURIComponent(name)}`
  const attributes = `data-src="${stage.relay.origin}/tag.js" data-write-key="${keys.browser}" data-consent="opt-out"`
  const head = `<script>{${script}}</script><script ${attributes}>${loader}</script><script>${pageCode(event)}</script>`
  stage.site.pages.set(path, { html: pageOf(head) })
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const { faults, session } = await watchFaults(page)
  const copies = () => copiesOf(stage.relay, event)

  await page.goto(stage.site.origin + path)
  await page.mouse.click(5, 5)
  if (events === 'arrive') await expect.poll(() => copies().length, { timeout: 10_000 }).toBeGreaterThan(0)
  else await page.waitForTimeout(quietMs)
  // by the protocol: what a test tool evaluates needs what the page may have broken
  const { result } = await session.send('Runtime.evaluate', { expression: 'steps.join()' })
  expect(result.value).toBe('head,load,click')
  if (events !== 'arrive') expect(copies()).toEqual([])

  await page.goto(`${stage.site.origin}/bare`)
  if (events === 'quiet') expect(copies()).toEqual([])
  else {
    await expect.poll(() => copies().length, { timeout: 5_000 }).toBeGreaterThan(0)
    const [{ anonymousId: value, properties }] = copies() as [RelayedEvent]
    const profile = () => stage.collector.admin.profile({ type: 'anonymous_id', value })
    await expect.poll(async () => (await profile())?.events[event]?.count, { timeout: 10_000 }).toBe(1)
    expect(properties!.i).toBe(0)
  }
  expect(faults).toEqual([])
}

describe.concurrent('QU4: no uncaught error, the page goes on, and events arrive if they can, although', () => {
  describe.each([
    ['the page has frozen what it has', frozen],
    ['the page has patched what the tag calls', patched],
    ['something is missing or refused', missing],
    ['storage fails', storage],
  ])('%s:', (_kind, scripts) => {
    test.for(scripts)('$name; events: $events', (hostile, context) => meet(hostile, context))
  })
})
