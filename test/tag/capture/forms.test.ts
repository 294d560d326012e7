import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, type Site, startCapture, type Told, type Visit } from './start-capture.ts'

let site: Site

beforeAll(async () => {
  site = await startCapture()
})

afterAll(() => site?.end())

/** In every value that a visitor enters or a page has filled in. */
const secret = 'zerbinetta'

const visitForm = async (body: string, settings: Record<string, string> = {}): Promise<Visit> => {
  const visit = await site.visit()
  await open(visit, site.origin + site.page('/form', body, { forms: settings }))
  return visit
}

const expectNoValue = async (visit: Visit): Promise<void> => {
  expect(visit.bodies.length).toBeGreaterThan(0)
  expect(visit.bodies.join().toLowerCase()).not.toContain(secret)
  expect(JSON.stringify(await visit.events()).toLowerCase()).not.toContain(secret)
  expect(visit.errors).toEqual([])
}

const signUp = (): Record<string, string> => ({ id: 'sign-up', name: 'Sign up', action: `${site.origin}/welcome` })
const opening = '<form id="sign-up" name="Sign up" method="post" action="/welcome?key=1#a">'

type Act = (visit: Visit) => Promise<unknown>
const fill: Act = ({ page }) => page.fill('#x', secret)
const enter: Act = ({ page }) => page.press('#x', 'Enter')
const submit: Act = ({ page }) => page.click('[type=submit]')
// the harness itself stumbles over such a form, the keyboard does not
const type: Act = async ({ page }) => {
  await page.evaluate(() => (document.querySelector('#x') as HTMLElement).focus())
  await page.keyboard.type(secret)
}
const enterThere: Act = ({ page }) => page.keyboard.press('Enter')

const rows: [what: string, body: string, acts: Act[], wanted: [event: string, field?: string][]][] = [
  [
    'started once, then submitted',
    `${opening}<input id="x" name="email"><button type="submit">`,
    [fill, fill, submit],
    [
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
    ],
  ],
  [
    'submitted by the keyboard',
    `${opening}<input id="x" name="email">`,
    [fill, enter],
    [
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
    ],
  ],
  [
    'submitted as the page had filled it in',
    `${opening}<input name="email" value="${secret}"><button type="submit">`,
    [submit],
    [['Form Submitted']],
  ],
  [
    'submitted twice',
    `${opening}<input id="x" name="email"><button type="submit">`,
    [fill, submit, fill, submit],
    [
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
    ],
  ],
  ['looked at', `${opening}<input id="x" name="email" autofocus>`, [({ page }) => page.click('#x')], []],
  [
    'refused by the browser',
    `${opening}<input id="x" name="email" type="email"><button type="submit">`,
    [fill, submit],
    [['Form Started', 'email']],
  ],
  [
    'refused by the page',
    `${opening}<input id="x" name="email"><button type="submit"></form><script>document.addEventListener('submit', (e) => { e.preventDefault(); e.stopImmediatePropagation() }, true)</script>`,
    [fill, submit],
    [
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
    ],
  ],
  [
    'removed by the page on submit',
    `<div id="p">${opening}<input id="x" name="email"><button type="submit" onclick="setTimeout(() => p.remove())">`,
    [fill, submit],
    [
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
    ],
  ],
  [
    'with a field outside of it',
    `${opening}<button type="submit"></button></form><input id="x" name="email" form="sign-up">`,
    [fill, submit],
    [
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
    ],
  ],
  [
    'with a choice',
    `${opening}<select id="x" name="plan"><option><option>${secret}</select>`,
    [({ page }) => page.selectOption('#x', secret)],
    [['Form Started', 'plan']],
  ],
  [
    'with a box',
    `${opening}<input id="x" name="terms" type="checkbox" value="${secret}">`,
    [({ page }) => page.check('#x')],
    [['Form Started', 'terms']],
  ],
  [
    'with a name that could be a value',
    `${opening}<input id="x" name="${secret}@shop.example">`,
    [fill],
    [['Form Started']],
  ],
  ['with a password', `${opening}<input id="x" name="secret" type="password">`, [fill], [['Form Started']]],
  ['with a card', `${opening}<input id="x" name="number" autocomplete="cc-number">`, [fill], [['Form Started']]],
  [
    'with a file',
    `${opening}<input id="x" name="scan" type="file">`,
    [({ page }) => page.setInputFiles('#x', { name: secret, mimeType: 'text/plain', buffer: Buffer.from(secret) })],
    [['Form Started']],
  ],
  [
    'whose fields are named as its own properties',
    `${opening}<input name="id" value="${secret}"><input name="name" value="${secret}"><input name="action" value="${secret}"><input name="getAttribute" value="${secret}"><input id="x" name="attributes"><button type="submit">`,
    [type, enterThere],
    [
      ['Form Started', 'attributes'],
      ['Form Submitted', 'attributes'],
    ],
  ],
  [
    'in a shadow root',
    `<a-form></a-form><script>document.querySelector('a-form').attachShadow({mode:'open'}).innerHTML=\`${opening}<input id="x" name="email"><button type="submit">\`</script>`,
    [fill, submit, enter],
    [
      ['Form Started', 'email'],
      ['Form Submitted', 'email'],
      ['Form Submitted', 'email'],
    ],
  ],
  [
    'in a shadow root, untouched',
    `<a-form></a-form><script>document.querySelector('a-form').attachShadow({mode:'open'}).innerHTML=\`${opening}<button type="submit">\`</script>`,
    [submit],
    [['Form Submitted']],
  ],
  [
    'a field of no form',
    '<input id="x" name="email"><p contenteditable>x</p>',
    [fill, ({ page }) => page.fill('p', secret)],
    [],
  ],
]

describe('forms', () => {
  test.each(rows)('a form %s', async (_what, body, acts, wanted) => {
    const visit = await visitForm(body)
    for (const act of acts) await act(visit)
    const told = wanted.map(([event, field]): Told => [event, { ...signUp(), ...(field && { field }) }])
    expect(await visit.told()).toEqual(told)
    await expectNoValue(visit)
  })

  test('a form without a name goes to the page', async () => {
    const visit = await visitForm('<form method="post"><input id="x" name="email"></form>')
    await fill(visit)
    expect(await visit.told()).toEqual([['Form Started', { action: `${site.origin}/form`, field: 'email' }]])
  })

  test('formFields="false" tells no field', async () => {
    const visit = await visitForm(`${opening}<input id="x" name="email">`, { formFields: 'false' })
    await fill(visit)
    expect(await visit.told()).toEqual([['Form Started', signUp()]])
  })

  test('a field that was safe says nothing of one that was used later', async () => {
    const visit = await visitForm(
      `${opening}<input id="x" name="email"><input id="p" type="password" name="secret"><button type="submit">`,
    )
    await fill(visit)
    await visit.page.fill('#p', secret)
    await enter(visit)
    expect(await visit.told()).toEqual([
      ['Form Started', { ...signUp(), field: 'email' }],
      ['Form Submitted', signUp()],
    ])
    await expectNoValue(visit)
  })

  test('a submit that leaves the page is not lost', async () => {
    const visit = await visitForm(`${opening}<input id="x" name="email">`)
    site.page('/welcome', 'welcome')
    await fill(visit)
    await enter(visit)
    await visit.page.waitForURL('**/welcome?*')
    expect((await visit.told()).map(([event]) => event)).toEqual(['Form Started', 'Form Submitted'])
  })
})
