import { beforeAll, describe, expect, test } from 'vitest'
import { publish, storedOf, summary } from '../setup.ts'
import { alias, createWorld, identityWorkspace, merge, shows, signIn, split, views, type World } from './scenario.ts'

beforeAll(async () => {
  await publish(identityWorkspace)
})

/** What an identifier's object has told of audiences since it was last asked, in its order. */
const changesOf = async (world: World, name: string, after = 0): Promise<string[]> => {
  const { type, value } = world.identifier(name)
  return summary((await storedOf(type, value)).outbox.filter(({ seq }) => seq > after))
}
const seqOf = async (world: World, name: string): Promise<number> => {
  const { type, value } = world.identifier(name)
  return (await storedOf(type, value)).state.seq
}

describe('AU5, AU6 audiences follow merges and what is taken apart', () => {
  test('two views each: the one who hosts enters by merge, the other leaves in their favour', async () => {
    const world = createWorld()
    for (const act of [signIn('a', 'A'), views('a', 2), signIn('b', 'B'), views('b', 2)]) await act(world)
    const [ofA, ofB] = [await seqOf(world, 'A'), await seqOf(world, 'B')]
    await merge('A', 'B')(world)
    expect(await world.audiences('A')).toEqual(['never_bought', 'viewers'])
    expect(await changesOf(world, 'A', ofA)).toEqual(['entered viewers by merge'])
    expect(await changesOf(world, 'B', ofB)).toEqual(['exited never_bought by merge'])
    const { outbox } = await storedOf('user_id', world.identifier('B').value)
    expect(outbox.at(-1)).toMatchObject({ mergedInto: { isMember: true } })

    const [merged, lost] = [await seqOf(world, 'A'), await seqOf(world, 'B')]
    await split('B')(world)
    // Who stays in an audience does not leave it.
    expect(await changesOf(world, 'A', merged)).toEqual(['exited viewers by unmerge'])
    expect(await changesOf(world, 'B', lost)).toEqual(['entered never_bought by unmerge'])
    expect([await world.audiences('A'), await world.audiences('B')]).toEqual([['never_bought'], ['never_bought']])
  })

  test('what somebody else has bought is no reason any more', async () => {
    const world = createWorld()
    for (const act of [signIn('a', 'A'), signIn('b', 'B'), shows({ user: 'B' }, '✓', { event: 'Order Completed' })])
      await act(world)
    await alias('A', 'B', '✓')(world)
    expect(await world.audiences('A')).toEqual([])
    const after = await seqOf(world, 'A')
    await split('B')(world)
    expect(await changesOf(world, 'A', after)).toEqual(['entered never_bought by unmerge'])
    expect(await world.audiences('B')).toEqual([])
  })

  test('a contact that is taken out takes its address along', async () => {
    const world = createWorld()
    for (const act of [shows({ email: 'e' }), signIn('a', 'A'), shows({ user: 'A', email: 'e' }, '✓')]) await act(world)
    expect(await world.audiences('A')).toEqual(['mailable', 'never_bought'])
    await split('e')(world)
    expect(await world.audiences('A')).toEqual(['never_bought'])
    expect(await world.audiences('e')).toEqual(['mailable', 'never_bought'])
  })

  test('PR3 counts and profileIds are those of before', async () => {
    const world = createWorld()
    for (const act of [
      signIn('a', 'A'),
      views('a', 2),
      shows({ user: 'B', email: 'e' }, '✓'),
      views('b'),
      signIn('b', 'B'),
    ])
      await act(world)
    const before = [await world.graph('A'), await world.graph('B')]
    await merge('B', 'A')(world)
    await split('B')(world)
    const after = [await world.graph('A'), await world.graph('B')]
    const known = before.map(({ profileId, identifiers, merges }) => ({
      profileId,
      identifiers: identifiers.map(({ type, value, verified, firstSeen, lastSeen }) => ({
        type,
        value,
        verified,
        firstSeen,
        lastSeen,
      })),
      merges,
    }))
    expect(after).toMatchObject(known)
    expect(after.map(({ parted }) => parted.map(({ value }) => value))).toEqual([
      [world.identifier('B').value],
      [world.identifier('A').value],
    ])
  })
})
