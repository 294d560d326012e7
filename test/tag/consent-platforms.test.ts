import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { platforms, tcStringOf } from './consent/platforms.ts'
import { type PageOptions, type Stage, startStage, type Tab, type Visitor } from './consent/stage.ts'
import { decision, expectUntouched, hasSent, names, rest, track } from './consent/stories.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage(await platforms())
  stranger = await stage.visitor()
})

afterAll(() => stage?.end())

const visit = async (): Promise<Visitor> => {
  const visitor = await stage.visitor()
  onTestFinished(visitor.close)
  return visitor
}
const open = async (options: PageOptions): Promise<Tab> => (await visit()).open(options)

/** Somebody for whom nothing is ever kept: one serves many tests. */
let stranger: Visitor
const openBriefly = async (options: PageOptions): Promise<Tab> => {
  const tab = await stranger.open(options)
  onTestFinished(() => tab.page.close())
  return tab
}
const choiceOf = ({ page }: Tab): Promise<Record<string, boolean>> => page.evaluate(() => window.spartito!.consent!())

interface PlatformWindow {
  cmp: { update(tcString: string | null, isAsking?: boolean): void }
  optOut(section: string, fields: Record<string, number>): void
}
const answerTcf = ({ page }: Tab, tcString: string | null): Promise<void> =>
  page.evaluate((answer) => (window as unknown as PlatformWindow).cmp.update(answer), tcString)
const answerGpp = ({ page }: Tab, fields: Record<string, unknown>, section = 'usnat'): Promise<void> =>
  page.evaluate(
    ([name, values]) => (window as unknown as PlatformWindow).optOut(name, values as Record<string, number>),
    [section, fields] as const,
  )
const addScript = ({ page }: Tab, src: string): Promise<unknown> =>
  page.evaluate((address) => {
    const script = document.createElement('script')
    script.src = address
    document.head.append(script)
  }, src)

const tcf: PageOptions = { plugin: 'tcf', head: '<script src="/tcf-stub.js"></script><script src="/tcf.js"></script>' }
const gpp: PageOptions = { plugin: 'gpp', head: '<script src="/gpp.js"></script>' }
const everything = tcStringOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])

describe('a platform that comes later than the tag', () => {
  test('TCF, without its stub: its script is enough', async () => {
    const tab = await open({ plugin: 'tcf' })
    await rest(tab.page)
    await addScript(tab, '/tcf.js')
    await tab.page.waitForFunction('window.cmp')
    await answerTcf(tab, everything)
    await hasSent(decision, tab)
  })

  test('TCF, defined by a script in the page that nothing tells of', async () => {
    const tab = await open({ plugin: 'tcf' })
    await rest(tab.page)
    await tab.page.evaluate((tcString) => {
      const data = { gdprApplies: true, eventStatus: 'tcloaded', tcString, purpose: { consents: {} } }
      const tcfapi = (_command: string, _version: number, tell: (...news: unknown[]) => void) => tell(data, true)
      Object.assign(window, { __tcfapi: tcfapi })
    }, everything)
    await expect.poll(() => choiceOf(tab), { timeout: 8_000 }).toEqual({ analytics: false, marketing: false })
  })

  test('GPP', async () => {
    const tab = await open({ plugin: 'gpp', settings: { collect: 'analytics' } })
    await rest(tab.page)
    await addScript(tab, '/gpp.js')
    await tab.page.waitForFunction('window.cmp')
    await answerGpp(tab, { SaleOptOut: 1 })
    await expect.poll(() => choiceOf(tab)).toEqual({ marketing: false })
  })
})

describe('IAB TCF 2.2 in detail', () => {
  test.each<[given: number[], analytics: boolean, marketing: boolean]>([
    [[1, 8, 9], true, false],
    [[1, 8], false, false],
    [[8, 9], false, false],
    [[1, 2, 3, 4, 7], false, true],
    [[2, 3, 4, 7, 8, 9], false, false],
  ])('ALL of a purpose’s own are needed: of %j', async (given, analytics, marketing) => {
    const tab = await openBriefly(tcf)
    await answerTcf(tab, tcStringOf(given))
    expect(await choiceOf(tab)).toEqual({ analytics, marketing })
  })

  test('a signal that repeats does nothing new, and undoes no other decision', async () => {
    const visitor = await visit()
    const tab = await visitor.open(tcf)
    await answerTcf(tab, everything)
    await hasSent(decision, tab)
    await answerTcf(tab, everything)
    const next = await visitor.open(tcf)
    await answerTcf(next, everything)
    await track(next.page, 'Next Page')
    await hasSent('Next Page', tab, next)
    expect(names([...tab.sent, ...next.sent])).toEqual([decision, 'Next Page'])
    await next.page.evaluate(() => void window.spartito!.consent!({ analytics: false }))
    await answerTcf(next, everything)
    expect(await choiceOf(next)).toEqual({ analytics: false, marketing: true })
  })

  test('where silence collects, who has refused in the platform sends nothing, from the first page on', async () => {
    const known = `<script>known = '${tcStringOf([])}'</script>`
    const head = `${known}<script src="/tcf-stub.js"></script><script async src="/tcf-known.js"></script>`
    const tab = await open({ plugin: 'tcf', start: 'opt-out', head })
    await track(tab.page, 'Refused')
    await expect.poll(() => choiceOf(tab)).toEqual({ analytics: false, marketing: false })
    await rest(tab.page)
    expect(tab.requests.filter((request) => request.startsWith('POST'))).toEqual([])
    expect(JSON.stringify(await tab.kept())).not.toContain('anonymousId')
  })

  test('where the GDPR does not apply nobody is asked: nothing follows, unless the site says what', async () => {
    const tab = await open(tcf)
    await answerTcf(tab, null)
    await track(tab.page, 'Early')
    await rest(tab.page)
    await expectUntouched(tab)
    const implied = await open({ ...tcf, settings: { consentImplied: 'grant' } })
    await answerTcf(implied, null)
    await hasSent(decision, implied)
    const { properties } = implied.sent.find(({ event }) => event === decision)!
    expect(properties).toMatchObject({ source: 'tcf', basis: 'implied', gdprApplies: false })
  })

  test.each([
    '() => { throw 1 }',
    '(_command, _version, tell) => { tell(null, false); tell(null, true); tell(undefined, true); tell({}, true) }',
    '(_command, _version, tell) => { tell({ gdprApplies: true, eventStatus: "cmpuishown" }, true) }',
    '7',
  ])('QU4 a platform that is broken decides nothing: %s', async (api) => {
    const tab = await openBriefly({ plugin: 'tcf', head: `<script>window.__tcfapi = ${api}</script>` })
    await rest(tab.page)
    await expectUntouched(tab)
  })
})

describe('IAB GPP in detail', () => {
  test.each<[section: string, fields: Record<string, unknown>, marketing: boolean | undefined]>([
    ['usnat', { SaleOptOut: 2, SharingOptOut: 2, TargetedAdvertisingOptOut: 1 }, false],
    ['usnat', { SaleOptOut: 1, SharingOptOut: 2, TargetedAdvertisingOptOut: 2 }, false],
    ['usca', { SaleOptOut: 2, SharingOptOut: 1 }, false],
    ['usva', { SaleOptOut: 1, TargetedAdvertisingOptOut: 2 }, false],
    ['usnat', { Gpc: true, GpcSegmentIncluded: true }, false],
    ['usnat', { SaleOptOut: 2, SharingOptOut: 2, TargetedAdvertisingOptOut: 2 }, undefined],
    ['usnat', { SensitiveDataLimitUseNotice: 1 }, undefined],
  ])('one opt-out refuses, none says nothing: %s %j', async (section, fields, marketing) => {
    const tab = await openBriefly(gpp)
    await answerGpp(tab, fields, section)
    expect((await choiceOf(tab)).marketing).toBe(marketing)
  })

  test('to take an opt-out back is a decision; the string is its proof', async () => {
    const tab = await open({ ...gpp, start: 'opt-out', settings: { collect: 'analytics' } })
    for (const SaleOptOut of [1, 2, 2]) await answerGpp(tab, { SaleOptOut })
    await track(tab.page, 'Later')
    await hasSent('Later', tab)
    const decisions = tab.sent.filter(({ event }) => event === decision)
    expect(decisions.map(({ context }) => context.consent.categoryPreferences.marketing)).toEqual([false, true])
    const proof = await tab.page.evaluate('cmp.getGppString()')
    expect(decisions[1]!.properties).toEqual({ source: 'gpp', proof, cmpId: 31 })
  })

  test.each([
    '() => { throw 1 }',
    '(_command, tell) => { tell(); tell(null); tell({ pingData: { signalStatus: "ready", parsedSections: { usnat: [null] } } }) }',
    '(_command, tell) => { tell({ pingData: { signalStatus: "not ready", parsedSections: { usnat: { SaleOptOut: 1 } } } }) }',
  ])('QU4 a platform that is broken decides nothing: %s', async (api) => {
    const tab = await openBriefly({ plugin: 'gpp', head: `<script>window.__gpp = ${api}</script>` })
    await rest(tab.page)
    await expectUntouched(tab)
    expect(await choiceOf(tab)).toEqual({})
  })
})
