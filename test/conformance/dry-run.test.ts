import { expect, test } from 'vitest'
import { administer, collect, keptOf, statsOf, useRulesSite } from './rules-site.ts'
import { ruleKeys, rulesWorkspace } from './rules-workspace.ts'
import { fresh, track } from './wire.ts'

useRulesSite()

/** The workspace that is tried: what the plain source sends has rules now. */
const tried = () =>
  rulesWorkspace({
    transformations: [
      {
        sources: ['plain'],
        steps: [{ cast: { 'properties.price': 'number' } }, { dropEvent: true, when: { event: 'Noise' } }],
      },
    ],
  })

test('AD a workspace is tried on what its sources have sent of late, and nothing is changed by it', async () => {
  const [calm, changed, noisy, broken, held] = ['calm', 'changed', 'noisy', 'broken', 'held'].map(fresh) as string[]
  const { body: taken } = await collect(
    [
      track(calm!, 'E', { properties: { price: 1 } }),
      track(changed!, 'E', { properties: { price: '1.5' } }),
      track(noisy!, 'Noise'),
      track(broken!, 'E', { properties: { price: 'much' } }),
      track(held!, 'Held'),
    ],
    ruleKeys.plain,
  )
  expect(taken).toMatchObject({ accepted: 4, quarantined: 1 })
  const before = await statsOf('plain')
  await expect
    .poll(async () => (await administer('workspace/dry-run?source=plain', tried())).body.sources, { timeout: 10_000 })
    .toMatchObject([
      {
        source: 'plain',
        events: 5,
        fromQuarantine: 1,
        passed: 1,
        changed: 1,
        dropped: 1,
        rejected: {},
        quarantined: { transform_error: 1, schema_violation: 1 },
        differs: 3,
        examples: {
          changed: [
            { event: { anonymousId: changed, properties: { price: '1.5' } }, becomes: { properties: { price: 1.5 } } },
          ],
          dropped: [{ event: { anonymousId: noisy }, becomes: { code: 'filtered' } }],
          quarantined: [{ becomes: { code: 'schema_violation' } }, { becomes: { code: 'transform_error' } }],
        },
      },
    ])
  expect((await administer('workspace')).body.version).toBe(1)
  expect((await keptOf(changed!))?.properties).toEqual({ price: '1.5' })
  expect((await statsOf('plain')).quarantined).toEqual(before.quarantined)
})

test('AD without a source all of them are tried', async () => {
  const { body } = await administer('workspace/dry-run?limit=1', tried())
  expect(body.sources.map(({ source }: { source: string }) => source)).toEqual([
    'web',
    'till',
    'app',
    'plain',
    'careful',
  ])
})

test.each<[what: string, path: string, body: object, status: number, says: object]>([
  [
    'a faulty workspace',
    'workspace/dry-run',
    { sources: [] },
    400,
    { code: 'invalid_field', faults: [{ path: 'sources' }] },
  ],
  ['a source that it does not have', 'workspace/dry-run?source=x', tried(), 404, { code: 'not_found' }],
  ['a limit that is none', 'workspace/dry-run?limit=0', tried(), 400, { code: 'invalid_field' }],
])('AD %s is refused', async (_what, path, document, status, says) => {
  expect(await administer(path, document)).toMatchObject({ status, body: says })
})

test('CO3 what nobody consented to is in no sample', async () => {
  const anonymousId = fresh('a')
  await collect([track(anonymousId, 'E')], ruleKeys.careful)
  const { body } = await administer('workspace/dry-run?source=careful', tried())
  expect(body.sources).toMatchObject([{ events: 0 }])
})
