import { beforeAll, expect, test } from 'vitest'
import { administer, publish } from '../setup.ts'
import { createWorld, identityWorkspace, signIn } from './scenario.ts'

beforeAll(async () => {
  await publish(identityWorkspace)
})

interface Record {
  method: string
  route: string
  subjects: { type: string; profileId: string }[]
  status: number
  outcome: object
}

test('AD joining two and taking them apart leave records that name both, and no values', async () => {
  const world = createWorld()
  for (const act of [signIn('a', 'A'), signIn('b', 'B')]) await act(world)
  const profiles = [await world.graph('A'), await world.graph('B')].map(({ profileId }) => profileId)
  const { body: merged } = await world.merge('A', 'B')
  const { body: parted } = await world.split('B')
  const { body: refused } = await world.split('B')
  const page = (await (await administer('/admin/audit?limit=3')).json()) as { records: Record[] }
  const [third, second, first] = page.records
  expect(first).toMatchObject({
    method: 'POST',
    route: '/admin/identity/merge',
    status: 200,
    outcome: { mergeId: merged.mergeId },
  })
  expect([...new Set(first!.subjects.map(({ profileId }) => profileId))].sort()).toEqual(profiles.sort())
  expect(second).toMatchObject({ route: '/admin/identity/split', status: 200, outcome: { mergeId: parted.mergeId } })
  expect(third).toMatchObject({ route: '/admin/identity/split', status: 404, outcome: { code: refused.code } })
  expect(JSON.stringify(page)).not.toContain(world.identifier('A').value)
})
