import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { type PageWorld, sent, startPageWorld, type WireEvent } from './start-page-world.ts'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld()
})
afterAll(async () => {
  await world?.stop()
})

const tag = (): string =>
  `<script src="${world.collector}/tag.js" data-write-key="${keys.browser}" data-consent="opt-out"></script>`

/** A page with the tag, and a script that follows it in the same document. */
const serve = (script: string): void => world.serve(`<!doctype html><title>t</title>${tag()}<script>${script}</script>`)

describe('the tag starts in a task of its own', () => {
  test('or at the first call: what is asked is answered at once', async () => {
    serve(`window.answers = [spartito.audiences(), spartito.consent({ analytics: true }), typeof spartito.q]
      window.kept = spartito
      spartito.track('Called At Once')`)
    const visit = await world.visit()
    const [view, called] = await sent(visit, ['page', 'Called At Once'])
    expect(view!.messageId < called!.messageId).toBe(true)
    expect(await visit.page.evaluate('answers')).toEqual([[], { analytics: true }, 'boolean'])
    // what the page took before is the client as well, and what it lacks stays missing
    expect(await visit.page.evaluate('[kept === spartito, typeof kept.missing, typeof spartito.missing]')).toEqual([
      true,
      'undefined',
      'undefined',
    ])
    await visit.page.evaluate("kept.track('Called Later')")
    await sent(visit, ['Called Later'])
    await world.stored(view!.anonymousId, ['Called At Once', 'Called Later'])
  })

  test('without a call the page is viewed all the same', async () => {
    serve('')
    const visit = await world.visit()
    const [view] = await sent(visit, ['page'])
    await world.stored(view!.anonymousId, [])
  })

  test('and once, though the script is in the page twice', async () => {
    world.serve(`<!doctype html><title>t</title>${tag()}${tag()}`)
    const visit = await world.visit()
    await sent(visit, ['page'])
    await visit.page.evaluate("spartito.track('Once')")
    await sent(visit, ['Once'])
    expect(visit.events.map(({ event, type }) => event ?? type)).toEqual(['page', 'Once'])
  })

  test('or when the page goes in the task that loaded it', async () => {
    serve("if (location.search === '?gone') location.href = '/?next'")
    const visit = await world.visit()
    const [view] = await sent(visit, ['page'])
    await visit.page.evaluate("location.href = '/?gone'").catch(() => undefined)
    // by what is stored: of a page that is gone the browser does not tell each request
    const viewed = async (): Promise<string[]> =>
      (await world.stored(view!.anonymousId, ['page'])).recent.map(
        ({ context }) => new URL((context as unknown as WireEvent['context']).page.url).search,
      )
    await expect.poll(viewed, { timeout: 10_000 }).toEqual(expect.arrayContaining(['', '?gone', '?next']))
  })
})
