import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { objectName } from '../src/visitor/object-name.ts'
import { administer, collect, fresh, identify, page, publish, workspace } from './setup.ts'

/** Values that are odd, short, or look like what names are made of. */
const odd: [what: string, value: string][] = [
  ['one letter', 'a'],
  ['digits', '17'],
  ['colons', 'user_id:ada:17'],
  ['a place in a unit', 'ada#1.0'],
  ['a path', '../../ada/%2e%2e'],
  ['another script', 'Ünïcödé-日本語-🎵'],
  ['next to empty', '.'],
  ['blanks within', 'a  b'],
  ['a line break', 'a\nb'],
  ['of a prototype', '__proto__'],
  ['1 kB', 'ada-'.repeat(256)],
  ['a hash', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
]

describe('ID1 the name of an object', () => {
  const types = ['user_id', 'anonymous_id', 'email', 'phone', 'card', 'till_id', 'household', 'a']

  test.each(odd)('of %s says its type and nothing of its value', (_what, value) => {
    for (const type of types) {
      const name = objectName({ type, value })
      const digest = createHash('sha256').update(value, 'utf8').digest('hex')
      expect(name).toBe(`${type}:${digest}`)
      if (value.length > 2) expect(name).not.toContain(value)
    }
  })

  test('is another for each type and value', () => {
    const names = types.flatMap((type) => odd.map(([, value]) => objectName({ type, value })))
    expect(new Set(names).size).toBe(types.length * odd.length)
  })
})

describe('AD a member’s name', () => {
  const get = async (path: string) => {
    const response = await administer(path)
    return { status: response.status, body: await response.json() }
  }
  beforeAll(() => publish(workspace()))

  test('leads to the profile, wherever that has moved, and to nobody’s identifier', async () => {
    const [a, A] = [fresh('a'), fresh('A')]
    await collect([page({ anonymousId: a }), identify({ anonymousId: a, userId: A })])
    for (const [type, value] of [
      ['user_id', A],
      ['anonymous_id', a],
    ] as const)
      expect(await get(`/admin/visitors/${objectName({ type, value })}`)).toMatchObject({
        status: 200,
        body: { host: { type: 'user_id', value: A }, events: { page: { count: 1 } } },
      })
  })

  const nobody = '0'.repeat(64)
  test.each([
    ['of nobody', `user_id:${nobody}`],
    ['of a type that the workspace lacks', `card:${nobody}`],
    ['of a prototype', `__proto__:${nobody}`],
    ['that is an identifier', 'user_id:ada'],
    ['in capitals', `user_id:${'A'.repeat(64)}`],
    ['that is too long', `user_id:${nobody}0`],
    ['with a path', 'user_id:..%2f..%2fstats'],
  ])('a name %s is 404, with a sentence', async (_what, name) => {
    expect(await get(`/admin/visitors/${name}`)).toMatchObject({
      status: 404,
      body: {
        code: 'not_found',
        message: 'no profile has this name: give the "visitor" of GET /admin/audiences/:id/members',
      },
    })
  })
})
