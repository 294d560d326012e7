import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type {} from '../../../packages/browser/src/browser-globals.ts'
import type { PageOptions, SentEvent, Stage, Start, Tab, Visitor } from './stage.ts'
import { nothing } from './what-is-kept.ts'

export const decision = 'Segment Consent Preference Updated'

/** A way to say yes and no, as a page has it. */
export interface ConsentSignal {
  page(start: Start): PageOptions
  grant(page: Page): Promise<unknown>
  deny(page: Page): Promise<unknown>
  /** what goes with the record of the grant */
  record: Record<string, unknown>
  /** what a refusal leaves on a device that had nothing: nothing, but for the banner's own memory */
  keepsRefusal?: boolean
}

/** Long enough for anything that should not be sent to be sent: batches leave within 300 ms. */
const quietMs = 700

export const rest = (page: Page): Promise<void> => page.waitForTimeout(quietMs)

export const track = (page: Page, event: string): Promise<number> =>
  page.evaluate((name) => {
    window.spartito!.track!(name)
    return Date.now()
  }, event)

export const names = (events: SentEvent[]): string[] => events.flatMap(({ event }) => event ?? [])

/** @param tabs one of them sends for all */
export const hasSent = (event: string, ...tabs: Tab[]): Promise<void> =>
  expect.poll(() => tabs.flatMap(({ sent }) => names(sent)), { timeout: 10_000, interval: 50 }).toContain(event)

/** Nothing is on the device, and nothing but the tag's own files was asked for. */
export const expectUntouched = async ({ kept, requests, errors }: Tab): Promise<void> => {
  expect(await kept()).toEqual(nothing)
  expect(requests.filter((request) => !/^GET \/tag(\/[\w-]+|\.region)?\.js(\?writeKey=\w+)?$/.test(request))).toEqual(
    [],
  )
  expect(errors).toEqual([])
}

/** What stays is the refusal: nothing that tells visitors apart. */
export const expectWiped = async ({ kept, requests, sent }: Tab, anonymousId: string): Promise<void> => {
  const cookieNames = async (): Promise<unknown[]> => (await kept()).cookies.map((cookie) => cookie.split('=')[0])
  // the collector ends its own cookie when it hears of the withdrawal
  await expect.poll(cookieNames, { timeout: 5_000, message: `${requests} ${names(sent)}` }).toEqual(['spartito'])
  const { cookies, localStorage, databases, ...others } = await kept()
  const rows = Object.values(databases).flat()
  for (const copy of [...cookies, ...localStorage, ...rows]) {
    expect(copy).not.toContain(anonymousId)
    expect(copy).not.toMatch(/anonymousId|sessionId|campaign/)
  }
  expect(rows.length).toBeLessThanOrEqual(1)
  const { sessionStorage, caches, serviceWorkers } = nothing
  expect(others).toEqual({ sessionStorage, caches, serviceWorkers })
}

const expectKept = async (tab: Tab, anonymousId: string): Promise<void> => {
  const { cookies, localStorage, databases } = await tab.kept()
  for (const copies of [cookies, localStorage, Object.values(databases).flat()])
    expect(copies.join()).toContain(anonymousId)
}

/** The same rules for every signal: what is stored and sent before, after a grant, after a denial, after a withdrawal. */
export const tellStories = (name: string, stage: () => Stage, signal: ConsentSignal): void => {
  const visit = async (work: (visitor: Visitor) => Promise<void>): Promise<void> => {
    const visitor = await stage().visitor()
    await work(visitor).finally(visitor.close)
  }

  describe(name, () => {
    test('CO5 opt-in: nothing before; granted, all of before arrives with its times; withdrawn, all is gone in every tab', () =>
      visit(async (visitor) => {
        const page = signal.page('opt-in')
        const other = await visitor.open(page)
        await track(other.page, 'Early Elsewhere')
        const tab = await visitor.open(page)
        const at = await track(tab.page, 'Early')
        await rest(tab.page)
        await expectUntouched(tab)
        await expectUntouched(other)

        await signal.grant(tab.page)
        const grantedAt = Date.now()
        for (const event of ['Early', 'Early Elsewhere', decision]) await hasSent(event, tab, other)
        expect(grantedAt - at).toBeGreaterThan(quietMs)
        const sent = [...tab.sent, ...other.sent]
        const { anonymousId } = sent[0]!
        expect(new Set(sent.map((event) => event.anonymousId))).toEqual(new Set([anonymousId]))
        const identifier = { type: 'anonymous_id', value: anonymousId } as const
        const stored = async () => (await stage().collector.admin.profile(identifier))?.recent ?? []
        await expect
          .poll(async () => (await stored()).map(({ event }) => event), { timeout: 10_000 })
          .toEqual(expect.arrayContaining(['Early', 'Early Elsewhere', decision]))
        const recent = await stored()
        const early = recent.find(({ event }) => event === 'Early')!
        expect(Math.abs(Number(new Date(early.timestamp)) - at)).toBeLessThan(quietMs / 2)
        expect(recent.find(({ event }) => event === decision)?.properties).toMatchObject(signal.record)
        await expectKept(tab, anonymousId)

        await signal.deny(tab.page)
        await expectWiped(tab, anonymousId)
        await expect
          .poll(() => tab.sent.findLast(({ event }) => event === decision)?.context.consent.categoryPreferences)
          .toMatchObject({ analytics: false })
        await Promise.all([track(tab.page, 'After'), track(other.page, 'After')])
        await rest(tab.page)
        expect([...names(tab.sent), ...names(other.sent)]).not.toContain('After')
        await expectWiped(other, anonymousId)
        expect([...tab.errors, ...other.errors]).toEqual([])
      }))

    test('CO5 opt-in, denied: nothing was ever stored or sent; a grant later brings nothing of before back', () =>
      visit(async (visitor) => {
        const tab = await visitor.open(signal.page('opt-in'))
        await track(tab.page, 'Early')
        await signal.deny(tab.page)
        await track(tab.page, 'Refused')
        await rest(tab.page)
        if (!signal.keepsRefusal) await expectUntouched(tab)
        expect(tab.sent).toEqual([])
        await signal.grant(tab.page)
        await track(tab.page, 'Later')
        await hasSent('Later', tab)
        expect(names(tab.sent)).toEqual([decision, 'Later'])
      }))

    test.each(['opt-out', 'granted'] as const)(
      'CO5 %s: sent before a choice; denied, all is gone; granted, it goes on as somebody new',
      (start) =>
        visit(async (visitor) => {
          const tab = await visitor.open({ ...signal.page(start), start })
          await track(tab.page, 'Early')
          await hasSent('Early', tab)
          const { anonymousId } = tab.sent[0]!
          await expectKept(tab, anonymousId)
          await signal.deny(tab.page)
          await expectWiped(tab, anonymousId)
          await track(tab.page, 'Refused')
          await rest(tab.page)
          expect(names(tab.sent)).toEqual(['Early', decision])
          await signal.grant(tab.page)
          await track(tab.page, 'Later')
          await hasSent('Later', tab)
          expect(tab.sent.at(-1)!.anonymousId).not.toBe(anonymousId)
          expect(names(tab.sent)).not.toContain('Refused')
          expect(tab.errors).toEqual([])
        }),
    )
  })
}
