import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Stage, startStage, type Visitor } from './consent/stage.ts'
import { decision, expectUntouched, expectWiped, hasSent, names, rest, tellStories, track } from './consent/stories.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage?.end())

tellStories('the visitor’s own word', () => stage, {
  page: () => ({}),
  grant: (page) =>
    page.evaluate(() => void window.spartito!.consent!({ analytics: true, marketing: true }, { source: 'settings' })),
  deny: (page) => page.evaluate(() => void window.spartito!.consent!({ analytics: false, marketing: false })),
  record: { source: 'settings' },
})

describe('the tag that is served by the law of its visitor', () => {
  test('CO5 opt-in: nothing before a choice, all after it', async () => {
    const visitor = await stage.visitor()
    onTestFinished(visitor.close)
    const tab = await visitor.open({ start: 'opt-in', isRegional: true })
    await track(tab.page, 'Early')
    await rest(tab.page)
    await expectUntouched(tab)
    await tab.page.evaluate(() => void window.spartito!.consent!({ analytics: true, marketing: true }))
    await hasSent('Early', tab)
  })

  test('CO5 opt-out: at once, though the page does not say so', async () => {
    const visitor = await stage.visitor()
    onTestFinished(visitor.close)
    const tab = await visitor.open({ start: 'opt-out', isRegional: true })
    await track(tab.page, 'Early')
    await hasSent('Early', tab)
    expect(tab.errors).toEqual([])
  })
})

/** Somebody whose browser asks for privacy: a header with every request, and a property for scripts. */
const privateVisitor = async (hasProperty = true): Promise<Visitor> => {
  const visitor = await stage.visitor({ extraHTTPHeaders: { 'Sec-GPC': '1' } })
  onTestFinished(visitor.close)
  if (hasProperty)
    await visitor.context.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true }),
    )
  return visitor
}

describe('Global Privacy Control', () => {
  test.each(['opt-in', 'opt-out'] as const)('CO5 %s: nothing without a grant on this site', async (start) => {
    const tab = await (await privateVisitor()).open({ start })
    await track(tab.page, 'Early')
    await rest(tab.page)
    await expectUntouched(tab)
    expect(await tab.page.evaluate(() => window.spartito!.consent!())).toEqual({ analytics: false, marketing: false })
  })

  test('CO5 granted here: it collects; taken back: all is gone', async () => {
    const tab = await (await privateVisitor()).open({ start: 'opt-out' })
    await track(tab.page, 'Early')
    await tab.page.evaluate(() => void window.spartito!.consent!({ analytics: true, marketing: true }))
    await track(tab.page, 'Later')
    await hasSent('Later', tab)
    expect(names(tab.sent)).toEqual([decision, 'Later'])
    await expect.poll(async () => (await tab.kept()).cookies).toHaveLength(2)
    await tab.page.evaluate(() => void window.spartito!.consent!({ analytics: false, marketing: false }))
    await expectWiped(tab, tab.sent[0]!.anonymousId)
  })

  test('CO5 the header alone, which no script sees: the collector keeps no cookie on silence', async () => {
    const tab = await (await privateVisitor(false)).open({ start: 'opt-out' })
    await track(tab.page, 'Early')
    await hasSent('Early', tab)
    await rest(tab.page)
    expect((await tab.kept()).cookies.map((cookie) => cookie.split('=')[0])).toEqual(['spartito'])
  })
})
