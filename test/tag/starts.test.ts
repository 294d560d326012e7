import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { type PageWorld, sent, startPageWorld, type Visit } from './start-page-world.ts'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld()
})
afterAll(async () => {
  await world?.stop()
})

/** A page with the collector's own tag. */
const serve = (attributes: string): void =>
  world.serve(
    `<!doctype html><title>t</title><script src="${world.collector}/tag.js" data-write-key="${keys.browser}" data-purposes="analytics marketing" ${attributes}></script>`,
  )

/** Everything that the site keeps on the device. */
const kept = async ({ context, page }: Visit): Promise<unknown> => ({
  cookies: await context.cookies(),
  storage: await page.evaluate(async () => [
    document.cookie,
    { ...localStorage },
    { ...sessionStorage },
    (await indexedDB.databases()).map(({ name }) => name),
    await caches.keys(),
  ]),
})
const nothing = { cookies: [], storage: ['', {}, {}, [], []] }

describe('data-consent="granted"', () => {
  test('collects at once, and events say that every purpose is granted', async () => {
    serve('data-consent="granted"')
    const visit = await world.visit()
    const [view] = await sent(visit, ['page'])
    expect(view!.context.consent.categoryPreferences).toEqual({ analytics: true, marketing: true })
    await world.stored(view!.anonymousId, [])
  })

  test('Global Privacy Control refuses what was not decided: nothing is sent or kept', async () => {
    serve('data-consent="granted"')
    const visit = await world.visit('/', (context) =>
      context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })),
    )
    await visit.page.waitForTimeout(1_500)
    expect(visit.events).toEqual([])
    expect(await kept(visit)).toEqual(nothing)
  })
})

describe('data-storage="none"', () => {
  test('nothing is ever kept on the device, and no request carries or brings a cookie', async () => {
    serve('data-consent="granted" data-storage="none" data-credentials="include"')
    const visit = await world.visit()
    await visit.page.evaluate("spartito.track('One')")
    await visit.page.evaluate("spartito.identify('user-of-no-storage')")
    const [view, one] = await sent(visit, ['page', 'One', 'identify'])
    expect(one!.anonymousId).toBe(view!.anonymousId)
    await visit.page.evaluate('spartito.consent({ marketing: false })')
    await sent(visit, ['Segment Consent Preference Updated'])
    await visit.page.evaluate('spartito.consent({ analytics: false })')
    await visit.page.evaluate('spartito.forget()')
    await visit.page.evaluate('spartito.flush()')
    expect(await kept(visit)).toEqual(nothing)
    expect(visit.errors).toEqual([])
  })

  test('the id lives as long as the page, and events of a leaving page arrive', async () => {
    serve('data-consent="granted" data-storage="none"')
    const visit = await world.visit()
    const [first] = await sent(visit, ['page'])
    await visit.page.evaluate("spartito.track('Left')")
    await visit.page.reload()
    await world.stored(first!.anonymousId, ['Left'])
    await visit.page.evaluate("spartito.track('Next')")
    const [next] = await sent(visit, ['Next'])
    expect(next!.anonymousId).not.toBe(first!.anonymousId)
  })
})
