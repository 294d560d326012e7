import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { collect, fresh, page, publish, storedOf, stubOf, track, workspace } from './setup.ts'

const buyers = { id: 'buyers', when: { event: 'Order Completed' } }

describe('AU5 a visit', () => {
  test('takes what the version changes, once, though nothing arrived', async () => {
    await publish(workspace())
    const a = fresh('a')
    await collect([track({ anonymousId: a }, 'Order Completed')])
    const version = await publish(workspace({ audiences: [buyers] }))
    expect(await stubOf('anonymous_id', a).bringUp(version)).toBe(true)
    expect(await stubOf('anonymous_id', a).bringUp(version)).toBe(false)
    const { outbox, state } = await storedOf('anonymous_id', a)
    expect(outbox).toMatchObject([{ audience: 'buyers', cause: 'definition', version, seq: 1 }])
    expect(state.version).toBe(version)
  })

  test('one that changes nothing writes nothing', async () => {
    await publish(workspace())
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    const version = await publish(workspace({ audiences: [buyers] }))
    const total = () =>
      runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) =>
        storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').one(),
      )
    const before = await total()
    expect(await stubOf('anonymous_id', a).bringUp(version)).toBe(false)
    expect(await total()).toEqual(before)
    expect((await storedOf('anonymous_id', a)).state.version).toBeLessThan(version)
  })

  test('of an object that is reset while it reads the workspace holds up no other', async () => {
    const version = await publish(workspace())
    const [a, b] = [fresh('a'), fresh('b')]
    await collect([page({ anonymousId: a })])
    await collect([page({ anonymousId: b })])
    const reset = runInDurableObject(stubOf('anonymous_id', a), async (visitor, state) => {
      void visitor.bringUp(version).catch(() => undefined)
      await Promise.resolve()
      state.abort('reset by the test')
    })
    await expect(reset).rejects.toThrow('reset by the test')
    expect(await stubOf('anonymous_id', b).bringUp(version)).toBe(false)
  })

  test('an identifier that nobody ever showed, or that links elsewhere, changes nothing', async () => {
    expect(await stubOf('anonymous_id', fresh('nobody')).bringUp(1)).toBe(false)
  })
})
