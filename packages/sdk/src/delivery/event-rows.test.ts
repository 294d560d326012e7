import { describe, expect, test } from 'vitest'
import { createFakeClock, settle } from '../testing/fake-clock.ts'
import { createMemoryStore } from '../testing/memory-store.ts'
import { createRows, stateKey } from './event-rows.ts'

const make = () => {
  const { timer, advance } = createFakeClock()
  const store = createMemoryStore()
  return { store, advance, rows: createRows({ store, timer }) }
}

describe('QU1 the write', () => {
  test('begins in the next microtask, as one transaction for the task', async () => {
    const { store, rows } = make()
    await rows.open()
    rows.put('1', 'a')
    rows.put('2', 'b')
    expect(store.puts).toEqual([])
    await Promise.resolve()
    expect(store.puts).toEqual([
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ])
  })

  test('CO5 does not happen before the rows are opened, nor after they are cleared', async () => {
    const { store, rows } = make()
    expect(rows.mayHold()).toBe(false)
    rows.put('1', 'a')
    await settle()
    expect(await store.exists()).toBe(false)
    await rows.open()
    rows.put('2', 'b')
    rows.clear()
    rows.put('3', 'c')
    await settle()
    expect(store.puts).toEqual([])
    expect([...(await rows.read())]).toEqual([['3', 'c']])
  })

  test('is tried again with the next one when the store was full', async () => {
    const { store, rows } = make()
    await rows.open()
    store.fault = 'reject'
    rows.put('1', 'a')
    await settle()
    store.fault = undefined
    rows.put('2', 'b')
    await settle()
    expect([...store.rows.keys()]).toEqual(['1', '2'])
  })
})

describe('the read', () => {
  test('joins what the store holds, also from other tabs, and what only memory has', async () => {
    const { store, rows } = make()
    store.rows.set('0', 'other tab').set('1', 'stored')
    await rows.open()
    store.fault = 'reject'
    rows.put('2', 'refused')
    await settle()
    store.fault = undefined
    expect([...(await rows.read())]).toEqual([
      ['0', 'other tab'],
      ['1', 'stored'],
      ['2', 'refused'],
    ])
  })

  test('forgets what another tab has sent, but not what an emptied store has lost', async () => {
    const { store, rows } = make()
    await rows.open()
    rows.put(stateKey, '{}')
    rows.put('1', 'a')
    rows.put('2', 'b')
    await settle()
    store.rows.delete('1')
    expect([...(await rows.read()).keys()]).toEqual(['2', stateKey])
    store.rows.clear()
    expect([...(await rows.read()).keys()]).toEqual([stateKey, '2'])
  })

  test('keeps what could not be written, though the store is intact', async () => {
    const { store, rows } = make()
    await rows.open()
    rows.put(stateKey, '{}')
    await settle()
    store.fault = 'reject'
    rows.put('1', 'a')
    await settle()
    store.fault = undefined
    expect([...(await rows.read()).keys()]).toEqual([stateKey, '1'])
  })

  test('does not take for sent what was put while the store was shut', async () => {
    const { store, rows } = make()
    store.rows.set(stateKey, '{}')
    rows.put('1', 'a')
    await settle()
    await rows.open()
    expect([...(await rows.read()).keys()]).toEqual([stateKey, '1'])
  })

  test('takes memory alone when the store does not answer within a second', async () => {
    const { store, rows, advance } = make()
    await rows.open()
    rows.put('1', 'a')
    store.fault = 'hang'
    const reading = rows.read()
    await advance(1_000)
    expect([...(await reading)]).toEqual([['1', 'a']])
  })
})
