import { beforeAll, expect, test } from 'vitest'
import { administer, publish } from '../setup.ts'
import { alias, createWorld, identityWorkspace, shows, signIn, views } from './scenario.ts'

beforeAll(async () => {
  await publish(identityWorkspace)
})

const counted = async (): Promise<Record<string, number>> => {
  const { identity } = (await (await administer('/admin/stats')).json()) as {
    identity: { hour: string; refused: Record<string, number> }[]
  }
  const sums: Record<string, number> = {}
  for (const { refused } of identity)
    for (const [code, count] of Object.entries(refused)) sums[code] = (sums[code] ?? 0) + count
  return sums
}

test('ID what an identity was refused is counted by its code, what a client repeats once', async () => {
  const world = createWorld()
  expect(await counted()).toEqual({})
  const given = [
    views('a'),
    shows({ user: 'A', email: 'e' }, '✓'),
    shows({ user: 'B', email: 'e' }, '✓'),
    shows({ user: 'B', email: 'e' }, '✓'),
    signIn('a', 'A'),
    alias('A', 'B'),
    alias('A', 'null', '✓'),
    alias('A', 'null', '✓'),
  ]
  for (const act of given) await act(world)
  await expect.poll(counted).toEqual({ owned_by_another: 1, unverified_alias: 1, blocked_identifier: 1 })
})
