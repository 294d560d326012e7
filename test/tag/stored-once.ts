import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import type {} from '../../packages/browser/src/browser-globals.ts'
import type { BrowserProcess } from './browser-process.ts'
import type { Relay, RelayedEvent } from './relay.ts'
import type { Stage } from './stage.ts'

/** Tracks events with the numbers from `from` on, in one task of the page. */
export const trackMany = (page: Page, event: string, count: number, from = 0): Promise<void> =>
  page.evaluate(
    ([name, first, many]) => {
      for (let i = first; i < first + many; i++) window.spartito!.track!(name, { i })
    },
    [event, from, count] as const,
  )

/** Who the tag takes the visitor for. */
export const readAnonymousId = async (page: Page): Promise<string> => {
  await page.waitForFunction(() => localStorage.getItem('spartito'))
  return page.evaluate(() => JSON.parse(localStorage.getItem('spartito')!).anonymousId)
}

/** Until the tag's store is open and empty: the next event is written at once. */
export const untilStoreIsOpen = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await window.spartito!.flush!()
  })

/** A tab on a page of the site for the test that runs, when the tag's store is open; `/bare` has no tag. */
export const openPage = async (browser: BrowserProcess, stage: Stage, path: string): Promise<Page> => {
  const page = await browser.context.newPage()
  onTestFinished(() => page.close())
  await page.goto(stage.site.origin + path)
  if (path !== '/bare') await untilStoreIsOpen(page)
  return page
}

/** Every copy of an event that a tag has sent, whatever was answered. */
export const copiesOf = (relay: Relay, event: string): RelayedEvent[] =>
  relay.batches.flatMap(({ events }) => events.filter((sent) => sent.event === event))

const numbersUpTo = (count: number, from: number): number[] => Array.from({ length: count }, (_, i) => from + i)

/**
 * Waits until the visitor's profile counts all events, and checks that none of them was stored twice or for another: each number
 * from `from` on was sent under one messageId in all its copies, and the collector counts a messageId once (SPEC WI9).
 *
 * @returns how many copies were sent in vain
 */
export const expectStoredOnce = async (
  stage: Stage,
  anonymousId: string,
  event: string,
  count: number,
  from = 0,
): Promise<number> => {
  const identifier = { type: 'anonymous_id' as const, value: anonymousId }
  const counted = async () => (await stage.collector.admin.profile(identifier))?.events[event]?.count ?? 0
  await expect.poll(counted, { timeout: 30_000, interval: 100 }).toBe(count)
  const copies = copiesOf(stage.relay, event)
  const numberOf = new Map(copies.map(({ messageId, properties }) => [messageId, properties?.i]))
  expect([...numberOf.values()].sort((a, b) => a! - b!)).toEqual(numbersUpTo(count, from))
  expect(new Set(copies.map((copy) => copy.anonymousId))).toEqual(new Set([anonymousId]))
  return copies.length - count
}
