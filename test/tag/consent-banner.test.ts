import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type PageOptions, type Stage, startStage, type Visitor } from './consent/stage.ts'
import { decision, names, rest, tellStories, track } from './consent/stories.ts'
import { nothing } from './consent/what-is-kept.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage?.end())

const page: PageOptions = {
  plugin: 'banner',
  body: '<a href="#" data-consent-open>Privacy settings</a> <button>Buy</button>',
}

/** The text of what has the focus, behind the shadow root too. */
const focused = (tab: Page): Promise<string> =>
  tab.evaluate(() => {
    const outer = document.activeElement
    const inner = outer?.shadowRoot?.activeElement ?? outer
    return (inner as HTMLInputElement)?.name || inner?.textContent || ''
  })

const isOpen = (tab: Page): Promise<boolean> => tab.getByRole('dialog').isVisible()

const press = async (tab: Page, text: string): Promise<void> => {
  for (let tries = 0; (await focused(tab)) !== text; tries++) {
    expect(tries, `${text} is reached by Tab`).toBeLessThan(10)
    await tab.keyboard.press('Tab')
  }
  await tab.keyboard.press('Enter')
}

const byKeyboard = async (tab: Page, answer: string): Promise<void> => {
  if (!(await isOpen(tab))) await press(tab, 'Privacy settings')
  await press(tab, answer)
}

const byMouse = async (tab: Page, answer: string): Promise<void> => {
  if (!(await isOpen(tab))) await tab.getByText('Privacy settings').click()
  await tab.getByRole('button', { name: answer }).click()
}

for (const [name, answer] of [
  ['the banner by mouse', byMouse],
  ['the banner by keyboard', byKeyboard],
] as const)
  tellStories(name, () => stage, {
    page: () => page,
    grant: (tab) => answer(tab, 'Accept all'),
    deny: (tab) => answer(tab, 'Refuse all'),
    record: {
      source: 'banner',
      proof: 'Accept all',
      shown: 'en: May we remember your visit? You can change your mind at any time.',
    },
    keepsRefusal: true,
  })

describe('the banner asks', () => {
  const visit = async (): Promise<Visitor> => {
    const visitor = await stage.visitor()
    onTestFinished(visitor.close)
    return visitor
  }
  const choiceOf = (tab: Page): Promise<Record<string, boolean>> => tab.evaluate(() => window.spartito!.consent!())

  test('a refusal is kept, and nothing else: the next page does not ask; half a year later it does', async () => {
    const visitor = await visit()
    const tab = await visitor.open(page)
    await byMouse(tab.page, 'Refuse all')
    expect(await tab.kept()).toEqual({
      ...nothing,
      localStorage: [expect.stringMatching(/^spartito_refused=\{"choice"/)],
    })
    const next = await visitor.open(page)
    expect(await isOpen(next.page)).toBe(false)
    expect(await choiceOf(next.page)).toEqual({ analytics: false, marketing: false })
    await next.page.evaluate(() => {
      const { choice } = JSON.parse(localStorage.spartito_refused)
      localStorage.spartito_refused = JSON.stringify({ choice, at: Date.now() - 181 * 86_400_000 })
    })
    expect(await isOpen((await visitor.open(page)).page)).toBe(true)
    expect([tab, next].flatMap(({ sent }) => sent)).toEqual([])
  })

  test('purpose by purpose; opened again, it shows what was chosen', async () => {
    const { page: tab } = await (await visit()).open({ ...page, settings: { collect: 'analytics' } })
    await tab.getByText('Choose: Statistics, Marketing').click()
    await tab.getByRole('checkbox', { name: 'Statistics' }).check()
    await tab.getByRole('button', { name: 'Save my choice' }).click()
    expect(await choiceOf(tab)).toEqual({ analytics: true, marketing: false })
    await tab.getByText('Privacy settings').click()
    expect(await tab.getByRole('checkbox', { name: 'Statistics' }).isChecked()).toBe(true)
    expect(await tab.getByRole('checkbox', { name: 'Marketing' }).isChecked()).toBe(false)
  })

  test('before a choice nothing is ticked, and to close it decides nothing', async () => {
    const tab = await (await visit()).open(page)
    await tab.page.getByText('Choose: Statistics, Marketing').click()
    for (const box of await tab.page.getByRole('checkbox').all()) expect(await box.isChecked()).toBe(false)
    await tab.page.keyboard.press('Escape')
    expect(await isOpen(tab.page)).toBe(false)
    expect(await choiceOf(tab.page)).toEqual({})
    expect(await tab.kept()).toEqual(nothing)
  })

  test('a decision elsewhere closes it in every tab; to forget the visitor opens it again', async () => {
    const visitor = await visit()
    const [tab, other] = [await visitor.open(page), await visitor.open(page)]
    await byMouse(tab.page, 'Accept all')
    await other.page.getByRole('dialog').waitFor({ state: 'detached' })
    await track(tab.page, 'Seen')
    await tab.page.evaluate(() => window.spartito!.forget!())
    expect(await isOpen(tab.page)).toBe(true)
  })

  test('Global Privacy Control has answered: nobody is asked', async () => {
    const visitor = await visit()
    await visitor.context.addInitScript(() =>
      Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true }),
    )
    const tab = await visitor.open(page)
    expect(await isOpen(tab.page)).toBe(false)
    await byMouse(tab.page, 'Accept all')
    await rest(tab.page)
    expect(names(tab.sent)).toEqual([decision])
  })
})
