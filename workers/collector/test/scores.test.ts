import { beforeAll, expect, test } from 'vitest'
import { collect, fresh, identify, profileOf, publish, serverKey, workspace, writeKey } from './setup.ts'

const risky = async (type: string, value: string): Promise<boolean> =>
  (await profileOf(type, value))!.audiences.some(({ id }) => id === 'risky')

beforeAll(async () => {
  await publish(workspace({ audiences: [{ id: 'risky', when: { score: 'churn', gte: 0.8 } }] }))
})

test.each([
  ['a page gives itself none', writeKey, {}, false],
  ['nor by saying that it is verified', writeKey, { verified: true }, false],
  ['a source with a secret key gives them', serverKey, {}, true],
])('ID11 scores: %s', async (_rule, key, more, expected) => {
  const a = fresh('a')
  await collect([{ ...identify({ anonymousId: a }, { scores: { churn: 0.9 } }), ...more }], key)
  expect(await risky('anonymous_id', a)).toBe(expected)
})

test('ID12 a score moves with the device that it was given to, and a page there still gives none', async () => {
  const [a, b, A] = [fresh('a'), fresh('b'), fresh('A')]
  await collect([identify({ anonymousId: a }, { scores: { churn: 0.9 } })], serverKey)
  await collect([identify({ anonymousId: b }, { scores: { churn: 0.1 } })])
  await collect([identify({ anonymousId: a, userId: A }), identify({ anonymousId: b, userId: A })])
  expect((await profileOf('user_id', A))!.traits.scores).toMatchObject({ value: { churn: 0.1 } })
  expect(await risky('user_id', A)).toBe(true)
})
