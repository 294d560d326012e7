import { abortAllDurableObjects, evictAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { sealedBlockSize } from '@spartito/engine'
import { beforeAll, describe, expect, test } from 'vitest'
import { linesOf } from '../src/visitor/block-text.ts'
import type { TextBlock } from '../src/visitor/ledger-blocks.ts'
import type { PackedLines } from '../src/visitor/packed-lines.ts'
import { openStateEntry } from '../src/visitor/state-entry.ts'
import {
  collect,
  countWrites,
  fresh,
  page,
  profileOf,
  publish,
  storedOf,
  stubOf,
  summary,
  track,
  wake,
  workspace,
} from './setup.ts'

beforeAll(async () => {
  await publish(workspace())
})

describe('a visitor', () => {
  test('AU1 the third view within the window enters, and the answer says so', async () => {
    const a = fresh('a')
    expect((await collect([track({ anonymousId: a }), track({ anonymousId: a })])).profile.audiences).toEqual([])
    expect((await collect([track({ anonymousId: a })])).profile.audiences).toEqual(['engaged'])
    expect(summary((await storedOf('anonymous_id', a)).outbox)).toEqual([
      'entered hidden by event',
      'entered engaged by event',
    ])
  })

  test('WI4 an audience that is not exposed is in no answer', async () => {
    expect((await collect([track({ anonymousId: fresh('a') })])).profile.audiences).toEqual([])
  })

  test('AU1 three views in one request are one evaluation, and one change', async () => {
    const a = fresh('a')
    await collect([1, 2, 3, 4].map(() => track({ anonymousId: a })))
    const { outbox } = await storedOf('anonymous_id', a)
    expect(outbox.filter(({ audience }) => audience === 'engaged')).toHaveLength(1)
    expect(outbox.map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('WI9 a messageId counts once: in one batch, in the next, and after the object was evicted', async () => {
    const a = fresh('a')
    const view = track({ anonymousId: a })
    expect(await collect([view, view])).toMatchObject({ accepted: 1, duplicate: 1 })
    expect(await collect([view])).toMatchObject({ accepted: 0, duplicate: 1 })
    await evictAllDurableObjects()
    expect(await collect([view])).toMatchObject({ accepted: 0, duplicate: 1 })
    expect((await profileOf('anonymous_id', a))!.events['Product Viewed']!.count).toBe(1)
  })

  test('AU4 a view that is older than the window does not count into it', async () => {
    const a = fresh('a')
    const old = new Date(Date.now() - 31 * 60_000).toISOString()
    const answer = await collect([1, 2, 3].map(() => track({ anonymousId: a }, 'Product Viewed', { timestamp: old })))
    expect(answer.profile.audiences).toEqual([])
  })

  test('PR3 what is stored says its schemaVersion', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    expect((await storedOf('anonymous_id', a)).state.schemaVersion).toBe(3)
  })

  test('a warm request that emits nothing writes one row, and one more when a block of the ledger is full; the first such block makes the table', async () => {
    const a = fresh('a')
    await collect([page({ anonymousId: a })])
    const writes = await countWrites(stubOf('anonymous_id', a))
    await collect([page({ anonymousId: a })])
    expect(writes()).toBe(1)
    const fill = () =>
      collect(
        [1, 2, 3, 4].map(() =>
          track({ anonymousId: a }, 'Big', { properties: { text: 'x'.repeat(sealedBlockSize / 4) } }),
        ),
      )
    await fill()
    expect(writes()).toBe(2)
    await collect([page({ anonymousId: a })])
    expect(writes()).toBe(2 + 1 + (2 + 1))
    await fill()
    await collect([page({ anonymousId: a })])
    expect(writes()).toBe(6 + 1 + (1 + 1))
  })

  test('a new visitor costs the row of its state, and no table', async () => {
    const a = fresh('a')
    const writes = await countWrites(stubOf('anonymous_id', a))
    await collect([page({ anonymousId: a })])
    expect(writes()).toBe(1)
  })

  test('what was stored with the newest block in the ledger and changes in a table (1) is read, and goes on', async () => {
    const a = fresh('a')
    const first = track({ anonymousId: a })
    await collect([first])
    const [change] = (await storedOf('anonymous_id', a)).outbox
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      const { sql, kv } = storage
      const { body, open } = openStateEntry(storage).read()!
      kv.delete('state')
      sql.exec(`CREATE TABLE state (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
        CREATE TABLE ledger (id INTEGER PRIMARY KEY, hashes TEXT NOT NULL, lines TEXT NOT NULL);
        CREATE TABLE outbox (seq INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, attempts INTEGER NOT NULL, body TEXT NOT NULL)`)
      sql.exec("INSERT INTO state VALUES (1, json_set(?, '$.schemaVersion', 1))", body)
      sql.exec('INSERT INTO ledger VALUES (?, ?, ?)', open!.id, open!.hashes, linesOf(open!.text))
      sql.exec('INSERT INTO outbox VALUES (1, ?, 1, ?)', Date.now() - 1, JSON.stringify(change))
    })
    await abortAllDurableObjects()
    expect(await collect([first])).toMatchObject({ duplicate: 1 })
    await wake('anonymous_id', a)
    const rows = () =>
      runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage: { sql } }) =>
        sql.exec('SELECT seq, attempts FROM outbox').toArray(),
      )
    expect(await rows()).toEqual([{ seq: 1, attempts: 2 }])
    await stubOf('anonymous_id', a).confirmChanges([1])
    expect(await rows()).toEqual([])
    await collect([page({ anonymousId: a })])
    await abortAllDurableObjects()
    expect((await profileOf('anonymous_id', a))!.recent).toHaveLength(2)
    expect((await storedOf('anonymous_id', a)).state.schemaVersion).toBe(3)
  })

  test('what was stored with its newest block and its changes in the row of a table (2, 3) is read, and goes on', async () => {
    const a = fresh('a')
    const first = track({ anonymousId: a })
    await collect([first])
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      const { sql, kv } = storage
      const { body, outbox, open } = openStateEntry(storage).read()!
      kv.delete('state')
      sql.exec(`CREATE TABLE state
        (id INTEGER PRIMARY KEY, body TEXT NOT NULL, outbox TEXT, block INTEGER, hashes TEXT, lines TEXT);
        CREATE TABLE ledger (id INTEGER PRIMARY KEY, hashes TEXT NOT NULL, lines TEXT NOT NULL)`)
      const values = [body, outbox, open!.id, open!.hashes, linesOf(open!.text)]
      sql.exec('INSERT INTO state VALUES (1, ?, ?, ?, ?, ?)', ...values)
    })
    await abortAllDurableObjects()
    expect((await profileOf('anonymous_id', a))!.events['Product Viewed']!.count).toBe(1)
    const inTable = () =>
      runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage: { sql } }) =>
        sql.exec('SELECT * FROM state').toArray(),
      )
    expect(await inTable()).toMatchObject([{ id: 1, block: expect.any(Number) }])
    expect(await collect([first])).toMatchObject({ duplicate: 1 })
    await collect([track({ anonymousId: a })])
    // Older code refuses it there, and does not begin anew.
    const moved = { body: '{"schemaVersion":"by key"}', outbox: null, block: null, hashes: null, lines: null }
    expect(await inTable()).toEqual([{ id: 1, ...moved }])
    await abortAllDurableObjects()
    expect((await profileOf('anonymous_id', a))!.events['Product Viewed']!.count).toBe(2)
    expect((await storedOf('anonymous_id', a)).outbox.map(({ seq }) => seq)).toEqual([1])
  })

  test.each([
    ['packed', ({ id, hashes, text }: TextBlock) => ({ id, hashes, packed: (text as PackedLines).packed })],
    ['as they are', ({ id, hashes, text }: TextBlock) => ({ id, hashes, lines: linesOf(text) })],
  ])('what was stored by key as an object, its lines %s, is read, and goes on as a text', async (_how, before) => {
    const a = fresh('a')
    const first = track({ anonymousId: a })
    await collect([first])
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      const { body, outbox, open } = openStateEntry(storage).read()!
      storage.kv.put('state', { body, outbox, open: before(open!) })
    })
    await abortAllDurableObjects()
    expect(await collect([first])).toMatchObject({ duplicate: 1 })
    await collect([track({ anonymousId: a })])
    const stored = await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage: { kv } }) =>
      kv.get('state'),
    )
    expect(typeof stored).toBe('string')
    await abortAllDurableObjects()
    expect((await profileOf('anonymous_id', a))!.events['Product Viewed']!.count).toBe(2)
  })
})

describe('time alone', () => {
  test('AU2, AU3 the alarm is set for the instant at which the window lets go, and the exit carries it', async () => {
    const a = fresh('a')
    const at = Date.now() - 30 * 60_000 + 900
    const timestamp = new Date(at).toISOString()
    await collect([
      track({ anonymousId: a }, 'Product Viewed', { timestamp }),
      ...[1, 2].map(() => track({ anonymousId: a })),
    ])
    const flipsAt = at + 30 * 60_000
    const alarm = await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => storage.getAlarm())
    expect(alarm).toBe(flipsAt)
    await expect
      .poll(async () => (await storedOf('anonymous_id', a)).outbox.at(-1), { timeout: 5_000 })
      .toMatchObject({ type: 'audience.exited', audience: 'engaged', cause: 'time', effectiveAt: flipsAt })
    expect((await collect([page({ anonymousId: a })])).profile.audiences).toEqual([])
  })

  test('AU3 an instant that later events have moved on a little is waited for, without another alarm', async () => {
    const a = fresh('a')
    const at = Date.now() - 30 * 60_000 + 700
    const view = (when: number) =>
      track({ anonymousId: a }, 'Product Viewed', { timestamp: new Date(when).toISOString() })
    await collect([1, 2, 3].map(() => view(at)))
    await collect([1, 2, 3].map(() => view(at + 200)))
    const flipsAt = at + 200 + 30 * 60_000
    const alarms: number[] = []
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => {
      const set = storage.setAlarm.bind(storage)
      Object.defineProperty(storage, 'setAlarm', {
        configurable: true,
        value: (when: number) => {
          alarms.push(when)
          return set(when)
        },
      })
    })
    await expect
      .poll(async () => (await storedOf('anonymous_id', a)).outbox.at(-1), { timeout: 5_000 })
      .toMatchObject({ type: 'audience.exited', audience: 'engaged', cause: 'time', effectiveAt: flipsAt })
    // The one for the exit, should no consumer confirm it.
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toBeGreaterThan(flipsAt + 1_000)
  })

  test('an alarm that fires twice exits once', async () => {
    const a = fresh('a')
    const timestamp = new Date(Date.now() - 30 * 60_000 + 400).toISOString()
    await collect([1, 2, 3].map(() => track({ anonymousId: a }, 'Product Viewed', { timestamp })))
    await new Promise((resolve) => setTimeout(resolve, 600))
    await wake('anonymous_id', a)
    await wake('anonymous_id', a)
    const { outbox } = await storedOf('anonymous_id', a)
    expect(summary(outbox)).toEqual(['entered engaged by event', 'entered hidden by event', 'exited engaged by time'])
  })

  test('AU3 an overdue exit is taken at its planned instant by the event that comes first', async () => {
    const a = fresh('a')
    const planned = Date.now() + 300
    const timestamp = new Date(planned - 30 * 60_000).toISOString()
    await collect([1, 2, 3].map(() => track({ anonymousId: a }, 'Product Viewed', { timestamp })))
    await runInDurableObject(stubOf('anonymous_id', a), (_visitor, { storage }) => storage.deleteAlarm())
    await new Promise((resolve) => setTimeout(resolve, 500))
    await collect([page({ anonymousId: a })])
    const exit = (await storedOf('anonymous_id', a)).outbox.at(-1)
    expect(exit).toMatchObject({ type: 'audience.exited', cause: 'time', effectiveAt: planned })
  })
})
