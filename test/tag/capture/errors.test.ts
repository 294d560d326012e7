import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open, type Site, startCapture, type Visit } from './start-capture.ts'

let site: Site

beforeAll(async () => {
  site = await startCapture()
})

afterAll(() => site?.end())

/** Runs a script in a page with the plugin, as one of the site's own. */
const run = async (script: string): Promise<Visit> => {
  const visit = await site.visit()
  site.file('/app.js', script)
  await open(visit, site.origin + site.page('/errors', '', { errors: {} }))
  await visit.page.evaluate(async () => {
    const element = Object.assign(document.createElement('script'), { src: '/app.js' })
    document.body.append(element)
    await new Promise((done) => element.addEventListener('load', done))
    await new Promise((done) => setTimeout(done, 50))
  })
  return visit
}

describe('errors', () => {
  test('an uncaught error, with where it was', async () => {
    const visit = await run('null.x')
    const [[event, properties] = []] = await visit.told()
    expect(event).toBe('Error Occurred')
    expect(properties).toEqual({
      name: 'TypeError',
      message: expect.stringContaining('null'),
      stack: expect.stringContaining('/app.js:1:6'),
      filename: `${site.origin}/app.js`,
      line: 1,
      column: 6,
    })
  })

  test.each<[what: string, script: string, messages: string[]]>([
    ['a rejection', `Promise.reject(new Error('no'))`, ['no']],
    ['a rejection without a reason', 'Promise.reject()', []],
    ['repeats once', `for (let i = 0; i < 500; i++) setTimeout(() => { throw new Error('again') })`, ['again']],
    [
      'ten different ones at most',
      `for (let i = 0; i < 500; i++) setTimeout(() => { throw new Error('error ' + i) })`,
      Array.from({ length: 10 }, (_, index) => `error ${index}`),
    ],
    ['long texts cut', `throw new Error('x'.repeat(100_000))`, ['x'.repeat(500)]],
    ['a symbol', `Promise.reject(Symbol('no'))`, ['Symbol(no)']],
    [
      'what throws when it is read, and what comes after it',
      `Promise.reject({ get message() { throw new Error('read') } }); Promise.reject(Object.create(null));
       Promise.reject({ toString() { throw new Error('told') } }); Promise.reject(new Error('after'))`,
      ['after'],
    ],
    ['an event that is none', `dispatchEvent(new Event('error')); dispatchEvent(new Event('unhandledrejection'))`, []],
    ['an image that is not there', `document.body.append(Object.assign(new Image(), { src: '/files/none.png' }))`, []],
  ])('%s', async (_what, script, messages) => {
    const visit = await run(script)
    expect((await visit.told()).map(([, { message }]) => message)).toEqual(messages)
  })

  test('of a script of another origin nothing is known, and nothing told', async () => {
    site.file('/throws.js', `throw new Error('nobody learns')`)
    const visit = await site.visit()
    const script = `<script>addEventListener('error', ({ message }) => { window.heard = message })</script>
      <script defer src="${site.elsewhere}/throws.js"></script>`
    // deferred scripts run in their order: the plugin's is before it
    await open(visit, site.origin + site.page('/errors', script, { errors: {} }))
    await visit.page.waitForFunction(() => 'heard' in window)
    expect(await visit.page.evaluate('heard')).toBe('Script error.')
    expect(await visit.told()).toEqual([])
  })

  test('the plugin throws nothing of its own', async () => {
    const visit = await run(`Promise.reject({ toString() { throw new Error('told') } })`)
    await visit.told()
    expect(visit.errors.filter((error) => error.includes('/tag/'))).toEqual([])
    expect(visit.errors).toHaveLength(1)
  })
})
