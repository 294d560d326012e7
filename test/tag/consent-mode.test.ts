import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type PageOptions, type Stage, startStage, type Tab } from './consent/stage.ts'
import { decision, expectUntouched, hasSent, names, rest, tellStories, track } from './consent/stories.ts'

declare global {
  interface Window {
    gtag(...command: unknown[]): void
  }
}

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage?.end())

const signals = ['analytics_storage', 'ad_storage', 'ad_user_data', 'ad_personalization']
const every = (value: 'granted' | 'denied', more: object = {}): object => ({
  ...Object.fromEntries(signals.map((signal) => [signal, value])),
  ...more,
})

/** gtag's own snippet, with what a page says before its tags come. */
const gtag = (...commands: [name: 'default' | 'update', command: object][]): string =>
  `<script>window.dataLayer = []; function gtag() { dataLayer.push(arguments) }
  ${commands.map(([name, command]) => `gtag('consent', '${name}', ${JSON.stringify(command)})`).join(';')}</script>`

const update = (page: Page, command: object): Promise<void> =>
  page.evaluate((update) => window.gtag('consent', 'update', update), command)

const denied: Parameters<typeof gtag>[0] = ['default', every('denied', { wait_for_update: 500 })]

tellStories('Google Consent Mode', () => stage, {
  // where silence means yes, a default that denies would be the stricter word of the two
  page: (start) => ({ plugin: 'consent-mode', head: start === 'opt-in' ? gtag(denied) : gtag() }),
  grant: (page) => update(page, every('granted')),
  deny: (page) => update(page, every('denied')),
  record: { source: 'consent-mode', proof: JSON.stringify({ update: every('granted') }) },
})

describe('Google Consent Mode in detail', () => {
  const open = async (options: PageOptions): Promise<Tab> => {
    const visitor = await stage.visitor()
    onTestFinished(visitor.close)
    return visitor.open({ plugin: 'consent-mode', ...options })
  }
  const choiceOf = ({ page }: Tab): Promise<Record<string, boolean>> => page.evaluate(() => window.spartito!.consent!())

  test('an update of before the plugin came is read; of several the last word counts', async () => {
    const past = gtag(denied, ['update', every('denied')], ['update', every('granted')])
    const tab = await open({ head: past })
    await hasSent(decision, tab)
    expect(names(tab.sent)).toEqual([decision])
    expect(await choiceOf(tab)).toEqual({ analytics: true, marketing: true })
  })

  test('an update of some signals decides their purposes alone, and ALL of a purpose’s signals are needed', async () => {
    const tab = await open({ head: gtag(denied), settings: { collect: 'analytics' } })
    await update(tab.page, { analytics_storage: 'granted' })
    expect(await choiceOf(tab)).toEqual({ analytics: true })
    await update(tab.page, { ad_storage: 'granted', ad_user_data: 'granted' })
    expect(await choiceOf(tab)).toEqual({ analytics: true, marketing: false })
    await update(tab.page, { ad_personalization: 'granted' })
    expect(await choiceOf(tab)).toEqual({ analytics: true, marketing: true })
  })

  test('purposes of other names are mapped by a setting', async () => {
    const settings = {
      purposes: 'statistics',
      consentModePurposes: 'statistics=analytics_storage,functionality_storage',
    }
    const tab = await open({ head: gtag(denied), settings })
    await update(tab.page, { analytics_storage: 'granted' })
    expect(await choiceOf(tab)).toEqual({ statistics: false })
    await update(tab.page, { functionality_storage: 'granted' })
    expect(await choiceOf(tab)).toEqual({ statistics: true })
  })

  test('a default that grants is no decision: under opt-in nothing happens', async () => {
    const tab = await open({ head: gtag(['default', every('granted')]) })
    await track(tab.page, 'Early')
    await rest(tab.page)
    await expectUntouched(tab)
  })

  test('where the site says that it counts, it does so after the time for an update, and says what it is', async () => {
    const head = gtag(['default', every('granted', { wait_for_update: 1_000 })])
    const tab = await open({ head, settings: { consentImplied: 'grant' } })
    await track(tab.page, 'Early')
    await tab.page.waitForTimeout(400)
    await expectUntouched(tab)
    await hasSent('Early', tab)
    expect(tab.sent.find(({ event }) => event === decision)?.properties).toMatchObject({ basis: 'implied' })
  })

  test('an update in that time wins', async () => {
    const head = gtag(['default', every('granted', { wait_for_update: 400 })])
    const tab = await open({ head, settings: { consentImplied: 'grant' } })
    await update(tab.page, every('denied'))
    await rest(tab.page)
    await expectUntouched(tab)
  })

  test('a default that denies refuses where silence would collect, and takes back no decision', async () => {
    const visitor = await stage.visitor()
    onTestFinished(visitor.close)
    const page: PageOptions = { plugin: 'consent-mode', start: 'opt-out', head: gtag(denied) }
    const tab = await visitor.open(page)
    await track(tab.page, 'Refused')
    await rest(tab.page)
    expect(names(tab.sent)).not.toContain('Refused')
    expect(await choiceOf(tab)).toEqual({ analytics: false, marketing: false })
    await update(tab.page, every('granted'))
    await track(tab.page, 'Granted')
    await hasSent('Granted', tab)
    const before = names(tab.sent)
    const next = await visitor.open(page)
    await track(next.page, 'Next Page')
    await hasSent('Next Page', tab, next)
    expect(names([...tab.sent, ...next.sent])).toEqual([...before, 'Next Page'])
  })

  test('QU4 a data layer of anything else is no consent', async () => {
    const head = `<script>window.dataLayer = [null, 7, 'consent', { consent: 'granted' }, { get consent() { throw 1 } },
      { consent: { update: null, default: 5 } }, ['consent'], ['consent', 'update', 'all'], ['consent', 'update', 7n]]</script>`
    const tab = await open({ head })
    await tab.page.evaluate(() =>
      window.dataLayer!.push({ consent: { update: { region: 5 } } }, [
        'consent',
        'default',
        { ad_storage: 'granted', region: 5 },
      ]),
    )
    await rest(tab.page)
    await expectUntouched(tab)
  })
})
