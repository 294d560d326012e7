import type { Explanation } from '@spartito/engine'
import { beforeAll, describe, expect, test } from 'vitest'
import { administer, collect, fresh, profileOf, publish, track, workspace } from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

describe('AU7 explain', () => {
  const explainOf = (anonymousId: string, audience: string) =>
    administer(`/admin/profiles/anonymous_id/${anonymousId}/explain/${audience}`)

  test('says what holds an audience up, and when time alone may end it', async () => {
    const a = fresh('a')
    await collect([1, 2, 3].map(() => track({ anonymousId: a })))
    const explanation = (await (await explainOf(a, 'engaged')).json()) as Explanation
    expect(explanation).toMatchObject({
      audience: 'engaged',
      isMember: true,
      isAllowed: true,
      tree: { kind: 'condition', holds: true },
    })
    expect(explanation.next).toBe(
      (await profileOf('anonymous_id', a))!.audiences.find(({ id }) => id === 'engaged')!.next,
    )
    expect((await (await explainOf(a, 'pro')).json()) as Explanation).toMatchObject({
      isMember: false,
      tree: { holds: false },
    })
  })

  test('of an audience or of somebody that there is not is 404', async () => {
    expect((await explainOf(fresh('a'), 'engaged')).status).toBe(404)
    expect((await explainOf(fresh('a'), 'nothing')).status).toBe(404)
  })
})
