import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type PageOptions, type Stage, startStage, type Tab } from './consent/stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage?.end())

const page: PageOptions = {
  plugin: 'banner',
  settings: { bannerPolicy: '/privacy' },
  body: '<input id="search" aria-label="Search"><a href="#" data-consent-open>Privacy settings</a>',
}

const open = async (
  options: PageOptions = page,
  context?: Parameters<Browser['newContext']>[0],
  prepare?: () => void,
): Promise<Tab> => {
  // at rest, unless motion is what is looked at: what moves cannot be measured
  const visitor = await stage.visitor({ reducedMotion: 'reduce', ...context })
  onTestFinished(visitor.close)
  if (prepare) await visitor.context.addInitScript(prepare)
  return visitor.open(options)
}

/** Role and name of what assistive technology finds in the dialog, in its order. */
const readDialog = async ({ session }: Tab): Promise<string[]> => {
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const read = (id: string): string[] => {
    const { role, name, ignored, childIds = [] } = byId.get(id)!
    const isShown = !ignored && !['generic', 'StaticText', 'InlineTextBox', 'LabelText'].includes(role!.value)
    return [...(isShown ? [`${role!.value} ${name?.value ?? ''}`.trim()] : []), ...childIds.flatMap(read)]
  }
  return read(nodes.find(({ role }) => role?.value === 'dialog')!.nodeId)
}

/** What has the focus, by the accessibility tree. */
const focused = async ({ session }: Tab): Promise<string> => {
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const holders = nodes.filter(({ properties }) =>
    properties?.some(({ name, value }) => name === 'focused' && value.value),
  )
  const { role, name } = holders.at(-1) ?? {}
  return `${role?.value} ${name?.value}`
}

const box = (tab: Page, name: string) =>
  tab
    .getByRole('button', { name })
    .boundingBox()
    .then((found) => found!)

test('roles and names are those of a dialog, in the order of reading', async () => {
  const tab = await open()
  expect(await readDialog(tab)).toEqual([
    'dialog Your privacy',
    'heading Your privacy',
    'paragraph',
    'link Privacy policy',
    'group',
    'DisclosureTriangle Choose: Statistics, Marketing',
    'button Refuse all',
    'button Accept all',
  ])
  await tab.page.getByText('Choose: Statistics, Marketing').click()
  const tree = await readDialog(tab)
  expect(tree).toContain('group Choose')
  expect(tree.filter((entry) => entry.startsWith('checkbox'))).toEqual([
    expect.stringMatching(/^checkbox Statistics/),
    expect.stringMatching(/^checkbox Marketing/),
  ])
  expect(await tab.page.getByRole('dialog').getAttribute('aria-describedby')).toBe('text')
})

test('it takes no focus from the page, and is the first to be reached', async () => {
  const tab = await open({ ...page, body: `${page.body}<script>document.querySelector('#search').focus()</script>` })
  expect(await focused(tab)).toBe('textbox Search')
  const fresh = await open()
  const order: string[] = []
  for (let i = 0; i < 5; i++) {
    await fresh.page.keyboard.press('Tab')
    order.push(await focused(fresh))
  }
  expect(order).toEqual([
    'link Privacy policy',
    'DisclosureTriangle Choose: Statistics, Marketing',
    'button Refuse all',
    'button Accept all',
    'textbox Search',
  ])
})

test('opened by an element or by an event, it takes the focus; Escape gives it back', async () => {
  const tab = await open({ ...page, settings: {} })
  await tab.page.keyboard.press('Tab')
  await tab.page.keyboard.press('Escape')
  await tab.page.getByText('Privacy settings').focus()
  await tab.page.keyboard.press('Enter')
  expect(await focused(tab)).toBe('dialog Your privacy')
  await tab.page.keyboard.press('Escape')
  expect(await focused(tab)).toBe('link Privacy settings')
  expect(await tab.page.getByRole('dialog').count()).toBe(0)
  await tab.page.locator('#search').focus()
  await tab.page.evaluate(() => document.dispatchEvent(new Event('spartito:consent-open')))
  expect(await focused(tab)).toBe('dialog Your privacy')
  await tab.page.getByRole('button', { name: 'Refuse all' }).click()
  expect(await focused(tab)).toBe('textbox Search')
})

test('to refuse is as easy as to accept: the same size, the same looks', async () => {
  const { page: tab } = await open()
  const [refuse, accept] = [await box(tab, 'Refuse all'), await box(tab, 'Accept all')]
  expect([refuse.width, refuse.height, refuse.y]).toEqual([accept.width, accept.height, accept.y])
  const looks = await tab.getByRole('button').evaluateAll((buttons) =>
    buttons
      .filter((one) => one.checkVisibility())
      .map((one) => {
        const { color, backgroundColor, font, border } = getComputedStyle(one)
        return [color, backgroundColor, font, border].join()
      }),
  )
  expect(new Set(looks).size).toBe(1)
  expect(looks).toHaveLength(2)
})

/** Of two colours as `rgb(r, g, b)` (WCAG 2.2, 1.4.3). */
const contrast = (...colors: [string, string]): number => {
  const [dark, light] = colors
    .map((color) => {
      const [r, g, b] = color.match(/\d+/g)!.map((part) => {
        const share = Number(part) / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
    })
    .sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

test.each([
  ['light', 360],
  ['dark', 360],
  ['light', 1280],
  ['dark', 1280],
] as const)('%s, at %i pixels: it can be read and hit, focus shows, and it fits', async (colorScheme, width) => {
  const viewport = { width, height: 640 }
  const { page: tab } = await open(page, { colorScheme, viewport })
  await tab.getByText('Choose: Statistics, Marketing').click()
  const dialog = tab.getByRole('dialog')
  const [text, back] = await dialog.evaluate((one) => [
    getComputedStyle(one).color,
    getComputedStyle(one).backgroundColor,
  ])
  expect(contrast(text!, back!)).toBeGreaterThanOrEqual(7)
  expect(contrast('rgb(255, 255, 255)', back!) > 10).toBe(colorScheme === 'dark')
  for (const name of ['Save my choice', 'Refuse all', 'Accept all']) {
    const button = tab.getByRole('button', { name })
    const [word, ground] = await button.evaluate((one) => [
      getComputedStyle(one).color,
      getComputedStyle(one).backgroundColor,
    ])
    expect(contrast(word!, ground === 'rgba(0, 0, 0, 0)' ? back! : ground!), name).toBeGreaterThanOrEqual(7)
    expect((await box(tab, name)).height).toBeGreaterThanOrEqual(44)
  }
  await tab.keyboard.press('Tab')
  const [style, line, color] = await tab.getByRole('checkbox', { name: 'Statistics' }).evaluate((one) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one)
    return [outlineStyle, outlineWidth, outlineColor] as const
  })
  expect([style, line]).toEqual(['solid', '3px'])
  expect(contrast(color, back!)).toBeGreaterThanOrEqual(3)
  const { x, y, width: wide, height } = (await dialog.boundingBox())!
  expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
  expect(x + wide).toBeLessThanOrEqual(viewport.width)
  expect(y + height).toBeLessThanOrEqual(viewport.height)
  expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
})

test.each([
  ['no-preference', 1],
  ['reduce', 0],
] as const)('motion, %s: %i animations', async (reducedMotion, count) => {
  const { page: tab } = await open(page, { reducedMotion })
  const animations = tab.getByRole('dialog').evaluate((dialog) => {
    const { animationName } = getComputedStyle(dialog)
    return animationName === 'none' ? 0 : animationName.split(',').length
  })
  expect(await animations).toBe(count)
})

test('from right to left, in the language of the page', async () => {
  const texts = JSON.stringify({ ar: { title: 'خصوصيتك', accept: 'قبول الكل', refuse: 'رفض الكل' } })
  const body = '<script>document.documentElement.lang = "ar-EG"</script>'
  const { page: tab } = await open({ ...page, body, settings: { bannerTexts: texts } })
  expect((await box(tab, 'رفض الكل')).x).toBeGreaterThan((await box(tab, 'قبول الكل')).x)
  expect(await tab.getByRole('dialog', { name: 'خصوصيتك' }).count()).toBe(1)
  expect(await tab.locator('div[lang=ar]').count()).toBe(1)
})

test('under a strict Content-Security-Policy with Trusted Types nothing is refused, and it looks as it should', async () => {
  const collector = stage.collector.collector
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-once' ${collector}`,
    `connect-src ${collector}`,
    "img-src data:; require-trusted-types-for 'script'; trusted-types 'none'",
  ].join(';')
  const tab = await open({ ...page, headers: { 'content-security-policy': policy } }, {}, () => {
    Object.assign(window, { violations: [] })
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile }) =>
      (window as unknown as { violations: string[] }).violations.push(`${violatedDirective} ${sourceFile}`),
    )
  })
  expect(await tab.page.getByRole('dialog').evaluate((dialog) => getComputedStyle(dialog).position)).toBe('fixed')
  await tab.page.getByText('Choose: Statistics, Marketing').click()
  await tab.page.getByRole('button', { name: 'Accept all' }).click()
  await expect.poll(() => tab.sent.length).toBeGreaterThan(0)
  expect(await tab.page.evaluate('violations')).toEqual([])
  expect(tab.errors).toEqual([])
  // the policy is in force: what it does refuse is noticed
  await tab.page.evaluate(() => document.body.setAttribute('style', 'color: red'))
  await expect.poll(() => tab.page.evaluate('violations.length')).toBe(1)
})
