import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keys } from '../support/keys.ts'
import { loader, type PageWorld, sent, startPageWorld } from './start-page-world.ts'

let world: PageWorld
beforeAll(async () => {
  world = await startPageWorld()
})
afterAll(async () => {
  await world?.stop()
})

/** A page whose tag, from its own site, has these attributes; and plugins by name. */
const serve = (attributes: string, plugins: Record<string, string> = {}): void =>
  world.serve(
    `<!doctype html><title>t</title><script src="/tag.js" data-write-key="${keys.browser}" data-collector="${world.collector}" ${attributes}></script>`,
    Object.fromEntries(Object.entries(plugins).map(([name, code]) => [`/tag/${name}.js`, code])),
  )

const hangs = 'export default () => new Promise(() => {})'

describe('plugins load', () => {
  test('from the collector, under a nonce, strict-dynamic and Trusted Types', async () => {
    world.serve(
      `<!doctype html><title>t</title><script nonce="n1" data-src="${world.collector}/tag.js" data-write-key="${keys.browser}"
       data-consent="opt-out" data-capture="errors">${loader}</script>`,
      {},
      {
        'content-security-policy': `default-src 'none'; script-src 'nonce-n1' 'strict-dynamic'; connect-src ${world.collector}; require-trusted-types-for 'script'; trusted-types spartito`,
      },
    )
    const visit = await world.visit()
    const [view] = await sent(visit, ['page'])
    await visit.page.evaluate(() => setTimeout(() => Reflect.get(Object(null), 'x').y))
    const [error] = await sent(visit, ['Error Occurred'])
    expect(error!.properties!.message).toContain('undefined')
    expect(visit.refusals).toEqual([])
    await world.stored(view!.anonymousId, ['Error Occurred'])
  })

  test('as the attributes and the address name them, and are given the client and the attributes', async () => {
    const tracks = (name: string): string =>
      `export default (client, settings) => client.track('${name}', { color: settings.color })`
    serve('data-consent="opt-out" data-color="red" data-capture="one two" data-plugins="three"', {
      one: tracks('One'),
      two: tracks('Two'),
      three: tracks('Three'),
      debug: tracks('Debug'),
    })
    const visit = await world.visit('/?spartito_debug')
    const events = await sent(visit, ['One', 'Two', 'Three', 'Debug'])
    expect(events.map(({ properties }) => properties)).toEqual(Array(4).fill({ color: 'red' }))
  })

  test('and those that cannot stop nothing', async () => {
    serve('data-consent="opt-out" data-plugins="absent broken throws rejects empty works"', {
      broken: 'export default (',
      throws: 'export default () => { throw new Error("no") }',
      rejects: 'export default async () => { throw new Error("no") }',
      empty: '',
      works: 'export default (client) => client.track("Works")',
    })
    const visit = await world.visit()
    const [view] = await sent(visit, ['page', 'Works'])
    await world.stored(view!.anonymousId, ['Works'])
    expect(visit.errors).toEqual([])
  })
})

describe('the first events wait for them', () => {
  test('one second at most', async () => {
    serve('data-consent="opt-out" data-plugins="hangs"', { hangs })
    const visit = await world.visit()
    await sent(visit, ['page'])
    expect(visit.firstSentMs()).toBeGreaterThan(1_000)
  })

  test('but a page that leaves does not', async () => {
    serve('data-consent="opt-out" data-plugins="hangs"', { hangs })
    const visit = await world.visit()
    await visit.page.goto('about:blank')
    const [cookie] = await visit.context.cookies(world.site)
    const { anonymousId } = JSON.parse(decodeURIComponent(cookie!.value)) as { anonymousId: string }
    await world.stored(anonymousId, [])
  })

  test.each<[given: string, start: string, choice: boolean]>([
    ['granted', 'opt-in', true],
    ['refused', 'opt-out', false],
    ['refused', 'granted', false],
  ])('CO5 consent may be %s by one, under %s', async (_given, start, choice) => {
    serve(`data-consent="${start}" data-plugins="decides"`, {
      decides: `export default async (client) => {
        await new Promise((resolve) => setTimeout(resolve, 300))
        client.consent({ analytics: ${choice} }, { source: 'decides' })
      }`,
    })
    const visit = await world.visit()
    if (choice) {
      const [, decision] = await sent(visit, ['page', 'Segment Consent Preference Updated'])
      expect(decision!.properties).toEqual({ source: 'decides' })
      await world.stored(decision!.anonymousId, ['Segment Consent Preference Updated'])
    } else {
      await visit.page.waitForTimeout(2_000)
      expect(visit.events).toEqual([])
      expect(JSON.stringify(await visit.context.cookies())).not.toContain('anonymousId')
    }
  })

  test('so that one may bring the visitor’s id from another domain, where there is none yet', async () => {
    const brings = (id: string): Record<string, string> => ({
      brings: `export default async () => JSON.stringify({ anonymousId: '${id}', version: 1 })`,
    })
    const attributes = 'data-consent="opt-out" data-plugins="brings"'
    const theirs = '01JTHEIRS0000000000000000A'
    serve(attributes, brings(theirs))
    const visit = await world.visit()
    await sent(visit, ['page'])
    await world.stored(theirs, [])
    serve(attributes, brings('01JOTHER00000000000000000B'))
    await visit.page.reload()
    await visit.page.evaluate("spartito.track('Again')")
    await sent(visit, ['Again'])
    expect(new Set(visit.events.map(({ anonymousId }) => anonymousId))).toEqual(new Set([theirs]))
  })
})
